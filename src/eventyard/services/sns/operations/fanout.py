"""From an accepted message to a delivery for each subscription that wants it, and the ledger's row of what came of it.

Envelopes are written once for each kind of subscriber. The dead letter is the message as it would have been delivered;
a function's is the envelope that a queue gets, as recorded on 2023-08-24.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import Any

from eventyard.engine import ledger
from eventyard.engine.call import Call
from eventyard.engine.delivery import Broadcast, Delivery
from eventyard.engine.due.policy import Phase, Policy
from eventyard.engine.ledger import Outcome
from eventyard.services.sns.model import envelopes
from eventyard.services.sns.model.audience import Circle, Listener
from eventyard.services.sns.model.envelopes import Envelope, Stationery
from eventyard.services.sns.model.message import Message, deduplication_id
from eventyard.services.sns.model.topic import Topic
from eventyard.services.sns.operations.counting import count_outcomes, count_published
from eventyard.services.sns.operations.feedback import asks_for_status, log_status, of_message
from eventyard.services.sns.queries import subscriptions
from eventyard.services.sns.work import http
from eventyard.services.sns.work.keys import Seal
from eventyard.store.tx import Tx

MANAGED = Policy(
    attempts_max=100_016,
    phases=(
        Phase(3, 0, 0),
        Phase(2, 1_000, 1_000),
        Phase(10, 1_000, 20_000, "exponential"),
        Phase(100_000, 20_000, 20_000),
    ),
)
"""How AWS retries its own endpoints: for 23 days.
Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html"""

PERSONAL = Policy(
    attempts_max=51,
    phases=(
        Phase(2, 10_000, 10_000),
        Phase(10, 10_000, 600_000, "exponential"),
        Phase(38, 600_000, 600_000),
    ),
)
"""How AWS retries mails and phones: for 6 hours. Source: the same page."""

MAIL_SENDER = "no-reply@sns.amazonaws.com"
MAIL_SUBJECT = "AWS Notification Message"


def fan_out(tx: Tx, call: Call[Any], topic: Topic, messages: Sequence[Message]) -> None:
    """Deliver each message to all of the topic's listeners that want it, and record what became of it."""
    call = _at(call, topic)
    audience = subscriptions.audience(tx, topic.arn)
    stationery = Stationery(Seal(tx, call.now_ms), call.base_url)
    deliveries: list[Delivery] = []
    numbers: list[int] = []
    unwanted: list[Sequence[Listener]] = []
    reached: list[Sequence[Circle]] = []
    is_told = asks_for_status(topic)
    for message in messages:
        writer = Writer(stationery, topic, message)
        served = () if is_told else [each for each in audience.circles if writer.broadcast(tx, call, each)]
        wanting, others = audience.split(message.draft, without=served)
        deliveries += [writer.delivery(listener) for listener in wanting]
        numbers.append(len(wanting))
        unwanted.append(others)
        reached.append(served)
    outcomes = call.deliver_all(tx, deliveries)
    count_published(tx, call, topic, (len(message.draft.body.encode()) for message in messages))
    became: Counter[str] = Counter(outcome.outcome for outcome in outcomes)
    became["filtered"] += sum(map(len, unwanted))
    became["delivered"] += sum(len(circle.queue_arns) for served in reached for circle in served)
    count_outcomes(tx, call, topic.arn, became)
    remaining = iter(outcomes)
    accepted = [
        ledger.Accepted(
            message.id,
            call.now_ms,
            topic.arn,
            message.draft.body,
            [*islice(remaining, number), *(_filtered(call, listener) for listener in others)],
            trace=call.trace.header(),
            reached=[circle.recipients for circle in served],
        )
        for message, number, others, served in zip(messages, numbers, unwanted, reached, strict=True)
    ]
    ledger.accept(tx, call, accepted)
    if is_told:
        by_id = {message.id: message for message in messages}
        for delivery, outcome in zip(deliveries, outcomes, strict=True):
            log_status(tx, call, topic, of_message(by_id[delivery.event_id], delivery, outcome))


class Writer:
    """Writes one message for each listener; an envelope is made when the first of its kind asks for it."""

    def __init__(self, stationery: Stationery, topic: Topic, message: Message) -> None:
        self._stationery = stationery
        self._topic = topic
        self._message = message
        self._is_grouped = topic.is_fifo or message.draft.group_id is not None
        self._attributes = {name: each.delivered() for name, each in message.draft.attributes.items()}
        self._notifications: dict[str, Envelope] = {}
        self._others: dict[str, Envelope] = {}

    def delivery(self, listener: Listener) -> Delivery:
        """The message on its way to the listener."""
        made: Delivery = _MAKERS[listener.subscription.protocol](self, listener)
        return made

    def broadcast(self, tx: Tx, call: Call[Any], circle: Circle) -> bool:
        """Put the message into all queues of the circle; false, with nothing done, where each needs its delivery."""
        if self._is_grouped or (circle.is_raw and self._attributes):
            return False
        pieces = (self._text("sqs"),) if circle.is_raw else self._notification("sqs").pieces
        return call.broadcast(tx, Broadcast(circle.queue_arns, circle.arns, pieces, "sns", self._message.id))

    def to_queue(self, listener: Listener) -> Delivery:
        """The envelope, or the message itself with its attributes as the queue message's."""
        subscription = listener.subscription
        is_raw = subscription.is_raw
        body = self._text("sqs") if is_raw else self._notification("sqs").addressed(listener.arn)
        if not self._is_grouped and not (is_raw and self._attributes):
            return self._made(listener, arn=subscription.endpoint, body=body)
        return self._made(
            listener,
            arn=subscription.endpoint,
            body=body,
            parameters=self._of_queue(subscription.endpoint, is_raw=is_raw),
            letter_parameters=self._of_queue(listener.dead_letter_arn, is_raw=is_raw),
        )

    def to_function(self, listener: Listener) -> Delivery:
        """The event with one record."""
        subscription = listener.subscription
        envelope = self._others.get("lambda")
        if envelope is None:
            envelope = envelopes.function_event(self._stationery, self._topic, self._message, self._text("lambda"))
            self._others["lambda"] = envelope
        return self._made(
            listener,
            arn=subscription.endpoint,
            body=envelope.addressed(listener.arn),
            event_body=self._notification("lambda").addressed(listener.arn),
            letter_parameters=self._of_queue(listener.dead_letter_arn, is_raw=False),
        )

    def to_web(self, listener: Listener) -> Delivery:
        """The envelope or the message itself; how it is sent is told in `work/http.py`."""
        subscription = listener.subscription
        protocol = subscription.protocol
        is_raw = subscription.is_raw
        body = self._text(protocol) if is_raw else self._notification(protocol).addressed(listener.arn)
        message_id = self._message.id
        posted = http.post(self._topic, subscription, kind="Notification", message_id=message_id, body=body)
        letter = self._of_queue(listener.dead_letter_arn, is_raw=is_raw) or {}
        return posted._replace(event_id=message_id, dead_letter_arn=listener.dead_letter_arn, letter_parameters=letter)

    def to_phone(self, listener: Listener) -> Delivery:
        """The text alone."""
        return self._made(listener, arn=listener.subscription.arn, body=self._text("sms"), policy=PERSONAL)

    def to_mailbox(self, listener: Listener) -> Delivery:
        """The text with a link to unsubscribe, or the envelope."""
        subscription = listener.subscription
        if subscription.protocol == "email-json":
            body = self._notification("email-json").addressed(listener.arn)
        else:
            envelope = self._others.get("email")
            if envelope is None:
                envelope = envelopes.mail(self._stationery, self._text("email"))
                self._others["email"] = envelope
            body = envelope.addressed(listener.arn)
        return self._made(
            listener,
            arn=mailbox_arn(self._topic),
            body=body,
            policy=PERSONAL,
            parameters=mail_parameters(self._topic, subscription.endpoint, self._message.draft.subject or MAIL_SUBJECT),
        )

    def _made(
        self,
        listener: Listener,
        *,
        arn: str,
        body: str,
        event_body: str | None = None,
        policy: Policy = MANAGED,
        parameters: Mapping[str, Any] | None = None,
        letter_parameters: Mapping[str, Any] | None = None,
    ) -> Delivery:
        return Delivery(
            arn=arn,
            body=body,
            event_body=body if event_body is None else event_body,
            sender="sns",
            event_id=self._message.id,
            rule_arn=listener.arn,
            target_id=listener.subscription.id,
            policy=policy,
            dead_letter_arn=listener.dead_letter_arn,
            parameters=parameters or {},
            letter_parameters=letter_parameters or {},
        )

    def _text(self, protocol: str) -> str:
        return self._message.draft.text(protocol)

    def _notification(self, protocol: str) -> Envelope:
        text = self._text(protocol)
        envelope = self._notifications.get(text)
        if envelope is None:
            envelope = envelopes.notification(self._stationery, self._topic, self._message, text)
            self._notifications[text] = envelope
        return envelope

    def _of_queue(self, queue_arn: str | None, *, is_raw: bool) -> Mapping[str, Any] | None:
        """What a queue is told beside the text: attributes of a raw message, and groups; `None` is nothing.

        A FIFO queue is told of groups in any case, a standard one of the group of a standard topic's message.
        """
        carried = {"MessageAttributes": self._attributes} if is_raw and self._attributes else None
        draft = self._message.draft
        if queue_arn is None or not self._is_grouped:
            return carried
        if queue_arn.endswith(".fifo"):
            ids = {"MessageGroupId": draft.group_id, "MessageDeduplicationId": deduplication_id(self._topic, draft)}
            return {**(carried or {}), **ids}
        return carried if self._topic.is_fifo else {**(carried or {}), "MessageGroupId": draft.group_id}


def mailbox_arn(topic: Topic) -> str:
    """Where mails of the topic's account go."""
    return f"arn:aws:ses:{topic.place.region}:{topic.place.account}:mailbox"


def mail_parameters(topic: Topic, to: str, subject: str) -> dict[str, Any]:
    """What a mail has beside its text; the sender's name is the topic's display name."""
    name = topic.settings.get("DisplayName") or "AWS Notifications"
    sender = f'"{name}" <{MAIL_SENDER}>'
    return {"From": sender, "To": [to], "Subject": subject, "ContentType": "text/plain"}


def _at(call: Call[Any], topic: Topic) -> Call[Any]:
    """The call as the topic's account makes it, who delivers also what others publish."""
    place = topic.place
    if (call.account, call.region) == (place.account, place.region):
        return call
    return call.within(
        service=call.service,
        operation=call.operation,
        params=call.params,
        account=place.account,
        region=place.region,
    )


def _filtered(call: Call[Any], listener: Listener) -> Outcome:
    subscription = listener.subscription
    return Outcome(
        rule_arn=subscription.arn,
        target_arn=subscription.endpoint,
        target_id=subscription.id,
        outcome="filtered",
        attempts=0,
        at_ms=call.now_ms,
    )


_MAKERS = MappingProxyType(
    {
        "email": Writer.to_mailbox,
        "email-json": Writer.to_mailbox,
        "http": Writer.to_web,
        "https": Writer.to_web,
        "lambda": Writer.to_function,
        "sms": Writer.to_phone,
        "sqs": Writer.to_queue,
    }
)
