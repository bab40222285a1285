"""The inspection the article shows in its picture: leaders visiting the net-house of Hồ Văn Hà.

The article says neither when it was nor what was found: day and verdict are made up, and the report
says so."""

from datetime import date
from typing import Any

from sqlalchemy import select

from storage import inspections, reports
from storage.demo.initiatives import YEAR
from storage.demo.reports import Ground, answer, at_nine
from storage.inspections import Found
from storage.tables.people import Member
from storage.tables.records import Enrolment, Initiative

NET_HOUSE = "Nhà lưới sản xuất rau củ quả"
DAY = date(YEAR, 11, 15)
TEAM = "Lãnh đạo Ban Dân vận Huyện ủy Thạch Hà"
MADE_UP = (
    "Bài báo ngày 23/12/2022 có ảnh lãnh đạo Ban Dân vận Huyện ủy kiểm tra mô hình này; "
    "ngày và mức đánh giá trong phiếu là minh họa."
)
PICTURE = "1 ảnh của bài báo (bản dùng thử không kèm ảnh)"


def add_inspection(ground: Ground, author: Member) -> None:
    """Written down by `author`; it stands, since no member is the head of the team."""
    named = select(Initiative).where(Initiative.name == NET_HOUSE)
    initiative = ground.session.scalars(named).one()
    its = select(Enrolment).where(Enrolment.initiative_id == initiative.id)
    enrolment = ground.session.scalars(its).one()
    report = reports.add(
        ground.session, key=f"demo-inspection-{initiative.code}", kind="inspect",
        enrolment=enrolment, author_id=author.id, has_results=False, now=at_nine(DAY),
        answers=its_answers(initiative, DAY, TEAM, PICTURE, uu_diem=answer(MADE_UP)),
    )  # fmt: skip
    found = Found(DAY, "dinh_ky", "tot", "tot", TEAM, None, None)
    inspection = inspections.add(ground.session, report, found)
    inspections.confirm(ground.session, inspection, 1, by=author.id, now=at_nine(DAY), today=DAY)


def its_answers(
    initiative: Initiative, day: date, team: str, picture: str, **more: dict[str, Any]
) -> dict[str, dict[str, Any]]:
    return {
        "mo_hinh": answer(initiative.id, f"{initiative.code} {initiative.name}"),
        "ngay": answer(day.isoformat(), f"{day:%d/%m/%Y}"),
        "hinh_thuc": answer("dinh_ky", "Định kỳ"),
        "doan": answer(team),
        "hoat_dong": answer("tot", "Hoạt động tốt"),
        "tieu_chi": answer({"*": "dat"}, "Đạt hết"),
        "danh_gia": answer("tot", "Tốt"),
        **more,
        "anh": answer([], picture),
    }
