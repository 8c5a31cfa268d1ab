"""Subscriptions over HTTP and HTTPS: each message is a POST to the endpoint, tried until it is taken or given up.

    post ─► Delivery to the subscription's ARN ─► deliver ─► due row "sns.http" ─► perform ─► 2xx: delivered
                                                     ▲         (its turn)             ├─► 5xx, 429, no answer: again
                                                     └── by the delivery policy ◄─────┘   else, or none left: given up

A dead letter is the message as the endpoint would have got it. `Retry-After` changes nothing: AWS says of retries only
that the delivery policy decides.

Sources: https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html (5xx and 429 are tried again, all
else is given up), .../SendMessageToHttp.prepare.html (15 seconds), headers as recorded by localstack/localstack
(tests/aws/services/sns/test_sns.snapshot.json, 2023-10 to 2025-01).
"""

import json
from dataclasses import replace
from http import HTTPStatus
from typing import Any, Literal

from eventyard.base.errors import EffectFailed
from eventyard.engine.call import Call
from eventyard.engine.delivery import Delivery, Sending, Sent
from eventyard.engine.due.policy import Phase, Policy, wait_ms
from eventyard.engine.ledger import Outcome
from eventyard.engine.registry import RemoteTarget
from eventyard.outside.http import Answer, Ask, HttpClient
from eventyard.services.sns import errors
from eventyard.services.sns.model.arns import topic_place
from eventyard.services.sns.model.delivery_policies import (
    DEFAULT_CONTENT_TYPE,
    RETRYING_MS,
    DeliveryRules,
    delivery_rules,
)
from eventyard.services.sns.model.subscription import Subscription
from eventyard.services.sns.model.topic import Topic
from eventyard.services.sns.model.web_credentials import authorization, separated
from eventyard.services.sns.operations.feedback import Report, asks_for_status, log_status
from eventyard.services.sns.queries import subscriptions, topics
from eventyard.store.tx import Tx

KIND = "sns.http"
TIMEOUT_S = 15
AGENT = "Amazon Simple Notification Service Agent"

ControlType = Literal["SubscriptionConfirmation", "UnsubscribeConfirmation"]
MessageType = ControlType | Literal["Notification"]


def engine_policy(rules: DeliveryRules) -> Policy:
    """When an endpoint is tried again, as the engine knows it.

    The waits together are at most an hour. How long a try takes and how long a message waits for its turn is no wait.
    """
    phases = tuple(Phase(phase.retries, phase.first_ms, phase.last_ms, phase.backoff) for phase in rules.phases)
    policy = Policy(attempts_max=1 + sum(phase.retries for phase in phases), phases=phases)
    waited_ms = 0
    for attempt in range(1, policy.attempts_max):
        waited_ms += wait_ms(policy, attempt, 0)
        if waited_ms > RETRYING_MS:
            return replace(policy, attempts_max=attempt)
    return policy


def post(topic: Topic, subscription: Subscription, *, kind: MessageType, message_id: str, body: str) -> Delivery:
    """The delivery of a message to a subscription's endpoint: `body` as it is.

    Whoever sends a notification adds what its dead letter and the ledger need.
    """
    rules = _rules(topic, subscription)
    is_notification = kind == "Notification"
    return Delivery(
        arn=subscription.arn,
        body=body,
        event_body=body,
        sender="sns",
        rule_arn=subscription.arn,
        target_id=subscription.id,
        policy=engine_policy(rules),
        parameters={
            "Type": kind,
            "MessageId": message_id,
            "Endpoint": subscription.endpoint,
            "TopicArn": topic.arn,
            "ContentType": rules.content_type if is_notification else DEFAULT_CONTENT_TYPE,
            "IsRaw": subscription.is_raw and is_notification,
            "IsTraced": topic.settings.get("TracingConfig") == "Active",
        },
    )


def deliver(tx: Tx, call: Call[Any], delivery: Delivery) -> Sending:
    """Send what `post` made, a notification in its turn. Raises NotFound when its subscription is there no more."""
    if delivery.parameters["Type"] == "UnsubscribeConfirmation":
        return Sending(KIND)
    topic_arn, _, subscription_id = delivery.arn.rpartition(":")
    topic = _topic(tx, topic_arn)
    subscription = subscriptions.find_subscription(tx, subscription_id)
    if topic is None or subscription is None:
        raise errors.no_such_subscription()
    per_s_max = _rules(topic, subscription).receives_per_s_max
    if per_s_max is None or delivery.parameters["Type"] != "Notification":
        return Sending(KIND)
    return Sending(KIND, at_ms=subscriptions.next_turn_ms(tx, subscription, now_ms=call.now_ms, per_s_max=per_s_max))


def remote_target(http: HttpClient) -> RemoteTarget:
    """What performs the posts."""

    async def perform(sent: Sent) -> int:
        url, credentials = separated(sent.delivery.parameters["Endpoint"])
        ask = Ask("POST", url, _headers(sent), sent.delivery.body.encode(), TIMEOUT_S)
        answer = await http.send(ask)
        if answer.status == HTTPStatus.UNAUTHORIZED and credentials is not None:
            chance = f"{sent.delivery.parameters['MessageId']}{sent.attempt}"
            told = authorization(_challenges(answer), credentials, url=url, chance=chance)
            if told is not None:
                answer = await http.send(replace(ask, headers=[*ask.headers, ("Authorization", told)]))
        _refuse_failure(url, answer)
        return answer.status

    return RemoteTarget(perform, _settled, status_of=int)


def _settled(tx: Tx, call: Call[Any], sent: Sent, outcome: Outcome) -> None:
    """Log what came of a notification, where its topic asks for that."""
    parameters = sent.delivery.parameters
    topic = _topic(tx, parameters["TopicArn"])
    if topic is None or parameters["Type"] != "Notification" or not asks_for_status(topic):
        return
    text = sent.delivery.body if parameters["IsRaw"] else json.loads(sent.delivery.body)["Message"]
    log_status(tx, call, topic, Report(parameters["MessageId"], text, sent.created_at_ms, sent.delivery, outcome))


def _topic(tx: Tx, arn: str) -> Topic | None:
    """The topic, wherever it is: who publishes may be in another region."""
    return topics.find_topic(tx, topic_place(arn, region=arn.split(":")[3]))


def _rules(topic: Topic, subscription: Subscription) -> DeliveryRules:
    return delivery_rules(subscription.settings.get("DeliveryPolicy"), topic.settings.get("DeliveryPolicy"))


def _headers(sent: Sent) -> list[tuple[str, str]]:
    parameters = sent.delivery.parameters
    headers = [
        ("x-amz-sns-message-type", parameters["Type"]),
        ("x-amz-sns-message-id", parameters["MessageId"]),
        ("x-amz-sns-topic-arn", parameters["TopicArn"]),
    ]
    if parameters["Type"] != "SubscriptionConfirmation":
        headers.append(("x-amz-sns-subscription-arn", sent.delivery.arn))
    if parameters["IsRaw"]:
        headers.append(("x-amz-sns-rawdelivery", "true"))
    if parameters["IsTraced"]:
        headers.append(("X-Amzn-Trace-Id", sent.trace))
    return [
        *headers,
        ("Content-Type", parameters["ContentType"]),
        ("User-Agent", AGENT),
        ("Accept-Encoding", "gzip,deflate"),
    ]


def _challenges(answer: Answer) -> list[str]:
    return [value for name, value in answer.headers if name.lower() == "www-authenticate"]


def _refuse_failure(endpoint: str, answer: Answer) -> None:
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        return
    is_retryable = answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status == HTTPStatus.TOO_MANY_REQUESTS
    raise EffectFailed(
        f"HTTP_{answer.status}",
        f"{endpoint} answered {answer.status}.",
        is_retryable=is_retryable,
        status=answer.status,
    )
