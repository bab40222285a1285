"""What lines of a transcript that begin with @ do, besides setting the clock."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select

from bot.conversation.messages import Said
from storage import reports
from storage.codes import next_code
from storage.tables.people import Member
from storage.tables.units import Unit
from tests.make import make_enrolment, make_initiative
from tests.talk_reminders import bundle, collect

if TYPE_CHECKING:
    from tests.talk import Stage

SENT = re.compile(r"(\w+) đã gửi phiếu “(.+?)”(?: \(lĩnh vực (\d)\))?(?: \((có kết quả)\))?")
SHORTEST = (
    "/dangky moi", "1", "{name}", "{sector}", "tập thể", "Chi hội thôn Vĩnh Thịnh",
    "Hội LHPN xã Thạch Lạc", "Thạch Lạc", "Bà con cùng làm mỗi sáng thứ bảy.",
)  # fmt: skip
RESULTS = ("thêm kết quả", "45 hộ tham gia, đường sạch")
HAS = re.compile(r"(\w+) có mô hình “(.+?)” từ ([0-9/]+)")
PLACE = "Xã Thạch Lạc"


def directed(stage: "Stage", what: str) -> list[str] | None:
    """What others are told of it; None: it is a moment."""
    if told := SENT.fullmatch(what):
        return _sent(stage, *told.groups())
    if told := HAS.fullmatch(what):
        return _has(stage, *told.groups())
    return remind(stage) if what == "nhắc việc" else None


def _sent(
    stage: "Stage", name: str, title: str, sector: str | None, results: str | None
) -> list[str]:
    said = [*SHORTEST, *(RESULTS if results else ()), "gửi"]
    lines: list[str] = []
    for text in said:
        lines += stage.say(name, Said(text=text.format(name=title, sector=sector or "2")))
    assert any("Trợ lý đã nhận phiếu" in line for line in lines), "\n".join(lines)
    return [line for line in lines if not line.startswith("  <")]


def _has(stage: "Stage", name: str, title: str, day: str) -> list[str]:
    """Accepted on that day, and being built; nothing was heard of it since."""
    then = datetime.strptime(day, "%d/%m/%Y").replace(hour=9, tzinfo=stage.place.zone)
    with stage.database.writing() as session:
        stands = (Unit.valid_from <= stage.now.date(), Unit.valid_to > stage.now.date())
        place = session.scalars(select(Unit).where(Unit.name == PLACE, *stands)).one()
        root = session.get_one(Unit, stage.organisation.root_id)
        known = make_initiative(session, title, root, then.year - 9)
        known.code_year, known.code_number = then.year, next_code(session, root.id, then.year)
        one = make_enrolment(
            session, then.year, place=place, accepted_on=then.date(), initiative=known,
            owner="Chi hội thôn",
        )  # fmt: skip
        one.stage = "building"
        author = session.get_one(Member, stage.cast[name])
        reports.add(
            session, key=f"has:{one.id}", kind="register", enrolment=one, author_id=author.id,
            answers={"ten": {"v": title, "t": title}}, has_results=False, now=then,
            state="accepted",
        )  # fmt: skip
    return []


def remind(stage: "Stage") -> list[str]:
    with stage.database.writing() as session:
        collect(session, stage.organisation.root_id, stage.now, stage.place.zone)
    return stage.system(bundle)
