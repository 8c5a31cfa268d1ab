"""The one way that every mail takes: it is stored, brought to its recipients, and everyone who asked hears of it.

post ──► the mailbox has it, "Send" is told
     ├─► a virus: "Reject", and no more
     ├─► recipients that bounce, complain or are suppressed (`model/recipients.py`): told at once
     └─► all others ── no relay: delivered here and now
                    └─ relay: a due row each, `work/relay.py`; its outcome is told when it is known
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from eventyard.engine.call import Call
from eventyard.engine.due.policy import Policy
from eventyard.services.ses.model import addresses, events, recipients
from eventyard.services.ses.model.accounts import SLOT_MS, STATISTICS_MS, Slot, Suppressed
from eventyard.services.ses.model.events import Happening
from eventyard.services.ses.model.mails import Mail
from eventyard.services.ses.model.raw import decoded
from eventyard.services.ses.model.recipients import DELIVERED, Fate, Fates
from eventyard.services.ses.queries import accounts, mails
from eventyard.services.ses.queries.mails import StoredMail
from eventyard.services.ses.work import hops, retention
from eventyard.services.ses.work.feedback import forward_feedback, reply_automatically
from eventyard.services.ses.work.telling import tell
from eventyard.store.tx import Tx

RELAY = "ses.relay"
DELIVERY_S_MAX = 50_400
"""How long a relay is tried. Source: the longest of `MaxDeliverySeconds`."""

_ATTEMPTS_MAX = 1_000
_ACCEPTED = "250 2.6.0 Message received"
_GLOBALLY_SUPPRESSED = (
    "Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid "
    "address. For more information about how to remove an address from the suppression list, see the Amazon SES "
    "Developer Guide: http://docs.aws.amazon.com/ses/latest/DeveloperGuide/remove-from-suppressionlist.html "
)
_SUPPRESSED = (
    "Amazon SES did not send the message to this address because it is on the suppression list for your account. For "
    "more information about removing addresses from the suppression list, see the Amazon SES Developer Guide at "
    "https://docs.aws.amazon.com/ses/latest/DeveloperGuide/sending-email-suppression-list.html"
)
"""Source of both: bounces that users have shown."""


@dataclass(frozen=True, slots=True)
class Post:
    """How a mail goes out. `suppressed_reasons` as `Sender` has them; `is_own` that no client sent it (a topic did)."""

    is_relaying: bool
    suppressed_reasons: tuple[str, ...] = ()
    is_tls_required: bool = False
    delivery_s_max: int | None = None
    is_own: bool = False


def post(tx: Tx, call: Call[Any], mail: Mail, raw: bytes, how: Post) -> None:
    """Send a mail that has been accepted."""
    found = recipients.fates(mail.destinations, suppressed=_suppressed(tx, call, mail, how))
    is_virus = recipients.TEST_VIRUS in raw
    relayed = _relayed(found) if how.is_relaying and not is_virus else ()
    outcomes = _outcomes(found, relayed, is_virus=is_virus)
    call = hops.begin(tx, call, mail, outcomes)
    store(tx, call, mail, raw, outcomes=outcomes, pending=len(relayed))
    happenings = [events.sent()]
    if is_virus:
        happenings.append(events.rejected())
    else:
        happenings += _happenings(call, found, relayed)
        _relay(tx, call, mail, relayed, how)
    hops.count(tx, call, mail, happenings)
    tell(tx, call, mail, happenings)
    if not how.is_own:
        count(tx, call, _numbers(found, is_virus=is_virus))
    if not is_virus:
        _answer(tx, call, mail, found)


def accept_unrendered(tx: Tx, call: Call[Any], mail: Mail, *, message: str) -> None:
    """A templated mail that was accepted and cannot be rendered: two events, and nothing is sent."""
    call = hops.begin(tx, call, mail, dict.fromkeys(mail.destinations, "rejected"))
    happenings = [events.sent(), events.rendering_failed(template=mail.template or "", message=message)]
    hops.count(tx, call, mail, happenings)
    tell(tx, call, mail, happenings)
    count(tx, call, Slot(0, attempts=len(mail.destinations)))


def store(tx: Tx, call: Call[Any], mail: Mail, raw: bytes, *, outcomes: Mapping[str, str], pending: int = 0) -> None:
    """Put a mail into the mailbox, where it stays until its retention ends."""
    stored = StoredMail(
        id=mail.id,
        account=call.account,
        region=call.region,
        at_ms=mail.at_ms,
        sender=mail.source,
        recipients=mail.destinations,
        subject=decoded(mail.header("Subject") or ""),
        facts={"mail": asdict(mail), "outcomes": dict(outcomes)},
    )
    mails.insert(tx, stored, raw, pending=pending)
    retention.begin(tx, call)


def settle(tx: Tx, call: Call[Any], *, mail_id: str, recipient: str, happening: Happening, outcome: str) -> None:
    """Tell what came of a recipient that a relay was asked to reach."""
    stored = mails.find(tx, mail_id)
    if stored is None:
        return
    outcomes = {**stored.facts["outcomes"], recipient: outcome}
    mails.settle_one(tx, mail_id, {**stored.facts, "outcomes": outcomes})
    mail = mail_of(stored)
    hops.count(tx, call, mail, [happening])
    tell(tx, call, mail, [happening])
    if happening.kind == "BOUNCE":
        count(tx, call, Slot(0, bounces=1))
        _suppress(tx, call, mail, recipient, happening)
        forward_feedback(tx, call, mail, [recipient], kind="Bounce", put=store)


def count(tx: Tx, call: Call[Any], more: Slot) -> None:
    """Add to the numbers of this quarter of an hour, and forget those of long ago."""
    accounts.add_to_slot(tx, call.account, call.region, replace(more, at_ms=call.now_ms - call.now_ms % SLOT_MS))
    accounts.forget_slots(tx, before_ms=call.now_ms - STATISTICS_MS)


def mail_of(stored: StoredMail) -> Mail:
    """The mail as it was posted."""
    known = dict(stored.facts["mail"])
    for name in ("headers", "asked_headers"):
        known[name] = tuple((key, value) for key, value in known[name])
    return Mail(**{**known, "destinations": tuple(known["destinations"])})


def _suppressed(tx: Tx, call: Call[Any], mail: Mail, how: Post) -> frozenset[str]:
    if not how.suppressed_reasons:
        return frozenset()
    asked = [addresses.normal(addresses.bare(one)) for one in mail.destinations]
    found = accounts.suppressed_among(tx, call.account, call.region, asked)
    return frozenset(one.address for one in found if one.reason in how.suppressed_reasons)


def _suppress(tx: Tx, call: Call[Any], mail: Mail, recipient: str, happening: Happening) -> None:
    """A hard bounce puts its address on the account's list, when the account wants that."""
    if "BOUNCE" not in accounts.settings(tx, call.account, call.region).suppressed_reasons:
        return
    if happening.body["bounceType"] != "Permanent":
        return
    entry = Suppressed(addresses.normal(recipient), "BOUNCE", call.now_ms, mail.id, str(happening.body["feedbackId"]))
    accounts.put_suppressed(tx, call.account, call.region, entry)


def _relayed(found: Fates) -> tuple[str, ...]:
    return tuple(address for address in found.of(Fate.TAKEN) if not recipients.is_simulator(address))


def _relay(tx: Tx, call: Call[Any], mail: Mail, relayed: Sequence[str], how: Post) -> None:
    seconds = how.delivery_s_max or DELIVERY_S_MAX
    for number, recipient in enumerate(relayed):
        call.later(
            tx,
            kind=RELAY,
            key=f"{mail.id}/{number}",
            at_ms=call.now_ms,
            payload={
                "mail": mail.id,
                "from": mail.envelope_from,
                "to": recipient,
                "is_tls_required": how.is_tls_required,
            },
            policy=Policy(attempts_max=_ATTEMPTS_MAX, age_max_ms=seconds * 1000),
        )


def _happenings(call: Call[Any], found: Fates, relayed: Sequence[str]) -> list[Happening]:
    """What happens at once: everything but what a relay has yet to do."""
    made: list[Happening] = []
    at_ms = call.now_ms
    if arrived := [address for address in found.of(*DELIVERED) if address not in relayed]:
        made.append(events.delivered(arrived, at_ms=at_ms, took_ms=0, answer=_ACCEPTED))
    if bounced := found.of(Fate.BOUNCED):
        made.append(events.bounced(bounced, at_ms=at_ms, feedback_id=_feedback_id(call)))
    for fate, subtype, words in (
        (Fate.GLOBALLY_SUPPRESSED, "Suppressed", _GLOBALLY_SUPPRESSED),
        (Fate.SUPPRESSED, "OnAccountSuppressionList", _SUPPRESSED),
    ):
        if kept := found.of(fate):
            made.append(
                events.bounced(kept, at_ms=at_ms, feedback_id=_feedback_id(call), subtype=subtype, diagnostic=words)
            )
    if complained := found.of(Fate.COMPLAINED):
        made.append(events.complained(complained, at_ms=at_ms, feedback_id=_feedback_id(call)))
    return made


def _answer(tx: Tx, call: Call[Any], mail: Mail, found: Fates) -> None:
    """The mails that a mail brings about: automatic replies, and feedback to the return path."""
    for address in found.of(Fate.AUTOMATIC_REPLY):
        reply_automatically(tx, call, mail, address, put=store)
    bounced = found.of(Fate.BOUNCED, Fate.GLOBALLY_SUPPRESSED, Fate.SUPPRESSED)
    for kind, listed in (("Bounce", bounced), ("Complaint", found.of(Fate.COMPLAINED))):
        if listed:
            forward_feedback(tx, call, mail, listed, kind=kind, put=store)


def _outcomes(found: Fates, relayed: Sequence[str], *, is_virus: bool) -> dict[str, str]:
    """What the mailbox says of each recipient."""
    if is_virus:
        return {address: "rejected" for listed in found.by_fate.values() for address in listed}
    words = {Fate.TAKEN: "delivered", Fate.COMPLAINED: "complained", Fate.AUTOMATIC_REPLY: "delivered"}
    said = {address: words.get(fate, "bounced") for fate, listed in found.by_fate.items() for address in listed}
    return {**said, **dict.fromkeys(relayed, "sending")}


def _numbers(found: Fates, *, is_virus: bool) -> Slot:
    everyone = sum(len(listed) for listed in found.by_fate.values())
    if is_virus:
        return Slot(0, attempts=everyone, rejects=everyone)
    bounced = found.of(Fate.BOUNCED, Fate.GLOBALLY_SUPPRESSED, Fate.SUPPRESSED)
    return Slot(0, attempts=everyone, bounces=len(bounced), complaints=len(found.of(Fate.COMPLAINED)))


def _feedback_id(call: Call[Any]) -> str:
    return f"0100{call.now_ms:012x}-{call.ids.uuid()}-000000"
