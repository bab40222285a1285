"""What Telegram gave and took, against what the database says."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from storage import photos
from storage.files import Files
from storage.tables.delivery import Outbox, Seen
from storage.tables.people import Account, Draft
from storage.tables.records import Initiative, Photo, Report
from tests.doubles.telegram.ledger import Call
from tests.doubles.telegram.telegram import Telegram
from tests.telegram_chaos import Person, Sheet

ANSWER = re.compile(r"re:telegram/telegram/(\d+)@(\d+):(\d+)")


@dataclass
class Sends:
    """New messages that Telegram took. unmarked: those of which the database knows nothing, by what
    explains them."""

    taken: int = 0
    unmarked: Counter[str] = field(default_factory=Counter)
    unexplained: list[Call] = field(default_factory=list)


def accounted(double: Telegram, starts: list[int], marked: Callable[[Call], bool]) -> Sends:
    """A message is marked before the next one of its chat is sent: without a mark it is the last
    one of a process that was killed, or Telegram's answer to it never came."""
    sends = Sends()
    last: dict[int, int] = {}
    for call in reversed(double.ledger.accepted()):
        if call.chat is None or not call.method.startswith("send") or not call.messages:
            continue
        sends.taken += 1
        life = bisect_left(starts, call.number)
        if not marked(call):
            if not call.heard:
                sends.unmarked["no answer came"] += 1
            elif life < last.get(call.chat, len(starts)):
                sends.unmarked["in flight at a kill"] += 1
            else:
                sends.unexplained.append(call)
        last[call.chat] = life
    return sends


def check_updates(session: Session, double: Telegram) -> None:
    """Each was acknowledged, is known, and was answered by one transaction alone."""
    updates = double.ledger.updates
    assert not double.ledger.lost()
    assert not double.ledger.unacknowledged()
    assert set(session.scalars(select(Seen.key))) == {str(update.id) for update in updates}
    moments, numbers = defaultdict(set), defaultdict(list)
    for key in session.scalars(select(Outbox.key)):
        if found := ANSWER.fullmatch(key):
            moments[found[1]].add(found[2])
            numbers[found[1]].append(int(found[3]))
    assert moments.keys() == {str(update.id) for update in updates}
    assert all(len(each) == 1 for each in moments.values())
    assert all(sorted(each) == list(range(len(each))) for each in numbers.values())


def check_reports(session: Session, people: list[Person]) -> None:
    """Each sheet whose sending was answered is one report, with every answer as it was given."""
    sheets = {sheet.words["ten"]: sheet for person in people for sheet in person.sent}
    found = {r.answers["ten"]["v"]: r for r in session.scalars(select(Report))}
    assert sorted(session.scalars(select(Initiative.name))) == sorted(sheets)
    assert session.scalar(select(func.count()).select_from(Report)) == len(sheets)
    assert not session.scalars(select(Draft)).all()
    codes = {i.id: i.code for i in session.scalars(select(Initiative))}
    for name, sheet in sheets.items():
        assert codes[found[name].initiative_id] == sheet.code
        assert answers(found[name]) == meant(sheet)


def answers(report: Report) -> dict[str, object]:
    return {key: report.answers[key]["v"] for key in ("ten", "chu_the", "noi_dung", "anh")}


def meant(sheet: Sheet) -> dict[str, object]:
    return {**sheet.words, "anh": [sha256(sheet.photo).hexdigest()]}


def check_files(session: Session, people: list[Person], files: Files) -> None:
    """Each picture can be shown, and after the sweep no other file is left."""
    kept = {sha256(sheet.photo).hexdigest() for person in people for sheet in person.sent}
    rows = session.scalars(select(Photo)).all()
    assert {row.hash for row in rows} == kept
    assert {row.state for row in rows} == {"ready"}
    files.sweep(partial(photos.known, session), datetime.now(UTC) + timedelta(hours=1))
    left = {path.name for path in files.folder.glob("[0-9a-f][0-9a-f]/*")}
    assert left == {name for row in rows for name in (row.clean, row.small)}


def check_sends(session: Session, double: Telegram, starts: list[int]) -> Sends:
    """Each letter is in its chat; what Telegram took beside is explained."""
    query = select(Outbox, Account.external_id).join(Account).where(Outbox.state == "sent")
    known: dict[tuple[int, int], str] = {}
    for row, chat in session.execute(query):
        if row.message_id:
            known[int(chat), int(row.message_id)] = row.body["text"]
    chats = double.chats
    assert all(not chats[chat].every[message].mine for chat, message in known)
    assert set(session.scalars(select(Account.reachable))) == {True}
    sends = accounted(double, starts, partial(is_marked, known))
    assert not sends.unexplained
    return sends


def is_marked(known: dict[tuple[int, int], str], call: Call) -> bool:
    return (call.chat or 0, call.messages[-1]) in known
