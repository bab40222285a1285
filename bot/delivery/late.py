"""Parts of replies that are evaluated after the commit, on a read-only connection."""

import logging
from dataclasses import replace

from bot.conversation.messages import Reply, Said, offered
from bot.delivery.batch import Batch, Place, make_talk
from bot.delivery.persist import is_away
from bot.domain.wording import DEFAULT_ADDRESS, say
from bot.errors import Refused
from bot.handlers.registry import LATE
from storage import accounts, bundles, outbox
from storage.database import Database
from storage.outbox import Late

log = logging.getLogger(__name__)
NOT_NOW = "Trợ lý chưa tính được số liệu lúc này. {Ac} nhắn lại giúp sau ít phút ạ."


def evaluate(database: Database, place: Place, keys: list[str] | None) -> list[tuple[Late, Reply]]:
    """The rows with these keys (None: all that wait), each with the reply that is due."""
    with database.reading() as session:
        rows = outbox.late_rows(session, keys)
    return [(row, _evaluate(database, place, row)) for row in rows]


def _evaluate(database: Database, place: Place, row: Late) -> Reply:
    """A part that raises is a courteous sentence; while the database is away, nothing is. `by` is
    the account that asked, where that is not the one that is answered: somebody in a group."""
    spec = dict(row.reply.late)
    kind, by = spec.pop("kind", ""), spec.pop("by", row.account_id)
    address = DEFAULT_ADDRESS
    try:
        with database.reading() as session:
            known = accounts.known_account(session, by, place.now())
            if known is None or kind not in LATE:
                return Reply(say(NOT_NOW, address))
            address = known.address or DEFAULT_ADDRESS
            return LATE[kind](make_talk(session, place, place.now(), known, Said()), **spec)
    except Refused as refused:
        return Reply(str(refused))
    except Exception as problem:
        if is_away(problem, database.reading):
            raise
        log.exception("late part %s of row %d", kind, row.id)
        return Reply(say(NOT_NOW, address))


def fill(batch: Batch, found: list[tuple[Late, Reply]]) -> None:
    """Put the texts in; the numbers of the last choices shown are what a typed number means."""
    for row, evaluated in found:
        if not evaluated.text and row.reply.late.get("kind") == "bundle":
            bundles.drop(batch.session, row.id, row.reply.late["bundle"])
            continue
        reply = replace(evaluated, edits=row.reply.edits)
        filled = outbox.fill_late(batch.session, row, reply, batch.now)
        if filled and (shown := offered(reply)):
            options = [[o.label, o.data, o.style] for o in shown]
            accounts.offer_late(batch.session, row.id, row.account_id, options)
