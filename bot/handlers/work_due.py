"""How reminders of recommendations, waiting reports, drafts and missing inspections read."""

from collections.abc import Sequence

from bot.conversation.messages import Option, Reply
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import lifecycle, rights
from bot.handlers.people import MENU, local_day
from bot.handlers.registry import FORMS, Talk, action
from bot.handlers.reminded import TO_DO, far, is_for_others, later, more, when
from bot.handlers.reminding import Piece, reads
from bot.handlers.seeing import in_a_line, may_see
from storage import drafts, inspections, not_inspected
from storage.tables.lifecycle import Recommendation
from storage.tables.people import Draft
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.reminders import Reminder, ReviewPeriod

PAGE = 8
NOT_TO_INSPECT = "Danh sách này dành cho cán bộ kiểm tra ạ."
ALL_INSPECTED = "Năm {year}, mô hình nào trong phần {ac} cũng được kiểm tra rồi ạ."


# -- recommendations ------------------------------------------------------------------------------


@reads("recommendation")
def recommendation(talk: Talk, its: Sequence[Reminder]) -> Piece | None:
    if len(its) > 1:
        options = [Option(_asks(talk, r), f"nh:{r.id}") for r in its[:PAGE]]
        head = f"{len(its)} kiến nghị sau kiểm tra chưa xong"
        short = f"{head} ({far(talk, its[0])})"
        return Piece(f"{head}.\n{when(talk, its[0])}", tuple(options), short)
    one, asked = its[0], talk.session.get_one(Recommendation, its[0].subject_id)
    enrolment = talk.session.get_one(Enrolment, asked.enrolment_id)
    short = f"Kiến nghị ({far(talk, one)}): {_asks(talk, one)}"
    head = "Kiến nghị sau kiểm tra"
    head = f"{head}, chưa khắc phục" if is_for_others(one) else f"{head} chờ {{ac}} khắc phục"
    text = f"{talk.say(head)}: {cut(asked.text, 500)}"
    lines = [text, f"Mô hình: {lifecycle.title(talk, enrolment)}.", when(talk, one)]
    see = Option("Xem kiến nghị", f"kn:{asked.id}")
    if is_for_others(one) or not inspections.owns(
        talk.session, enrolment.initiative_id, talk.person.member_id
    ):
        return Piece("\n".join(lines), (see, later(one)), short)
    answers = (
        Option("Đã khắc phục", f"kp:{asked.id}", "primary"),
        Option("Có ý kiến", f"yk:{asked.inspection_id}"),
    )
    return Piece("\n".join(lines), (*answers, later(one), see, more(one)), short)


def _asks(talk: Talk, one: Reminder) -> str:
    asked = talk.session.get_one(Recommendation, one.subject_id)
    enrolment = talk.session.get_one(Enrolment, asked.enrolment_id)
    code = talk.session.get_one(Initiative, enrolment.initiative_id).code
    return f"{code} – {cut(asked.text, 50)}"


# -- reports that wait ----------------------------------------------------------------------------


@reads("report_waiting")
def report_waiting(talk: Talk, its: Sequence[Reminder]) -> Piece | None:
    rows = [talk.session.get_one(Report, r.subject_id) for r in its]
    seen = [r for r in rows if may_see(talk, r)]
    if not seen:
        return None
    longest = (talk.today - min(r.due_on for r in its)).days
    head = f"{len(seen)} phiếu chờ {talk.person.address} xem"
    if is_for_others(its[0]):
        head = f"{len(seen)} phiếu của đơn vị chưa có ai xem"
    options = [Option(f"Xem {in_a_line(talk, r)}", f"xet:{r.id}") for r in seen[: PAGE - 2]]
    if len(seen) > PAGE - 2:
        options.append(TO_DO)
    text = f"{head}, chờ lâu nhất {longest} ngày."
    return Piece(text, (*options, later(its[0], many=len(its) > 1)), text.rstrip("."))


# -- forms left behind ----------------------------------------------------------------------------


@reads("draft_left")
def draft_left(talk: Talk, its: Sequence[Reminder]) -> Piece | None:
    rows = [talk.session.get(Draft, r.subject_id) for r in its]
    own = [d for d in rows if d and d.member_id == talk.person.member_id and d.form in FORMS]
    if not own:
        return None
    if len(own) > 1:
        options = [Option(f"Làm tiếp: {_draft(talk, d)}", f"tiep:{d.id}") for d in own[: PAGE - 1]]
        head = f"{len(own)} phiếu đang làm dở"
        text = talk.say("{Ac} còn {n} phiếu đang làm dở.", n=len(own))
        return Piece(text, (*options, later(its[0], many=True)), head)
    options = [
        Option("Làm tiếp", f"tiep:{own[0].id}", "primary"),
        Option("Xóa phiếu", f"xoado1:{own[0].id}", "danger"),
        later(its[0]),
    ]
    day = local_day(talk, own[0].updated_at)
    short = f"Phiếu làm dở từ {day}: {_draft(talk, own[0])}"
    text = talk.say("{Ac} còn một phiếu làm dở từ ngày {day}: {draft}.",
                    day=day, draft=_draft(talk, own[0]))  # fmt: skip
    return Piece(text, tuple(options), short)


def _draft(talk: Talk, draft: Draft) -> str:
    return f"{FORMS[draft.form].form.title}, {drafts.title(draft)}"


# -- what nobody has inspected --------------------------------------------------------------------


@reads("not_inspected")
def uninspected(talk: Talk, its: Sequence[Reminder]) -> Piece | None:
    one = its[0]
    year = talk.session.get_one(ReviewPeriod, one.subject_id).first.year
    mine = rights.mine(talk, Act.INSPECT)
    number = not_inspected.count(talk.session, mine, year)
    if not number:
        return None
    head = f"{number} mô hình chưa được kiểm tra năm {year}"
    look = Option("Xem danh sách", f"ckt:{year}", "primary")
    plan = Option("Kiểm tra một mô hình", "cmd:kiemtra")
    return Piece(f"{head}.", (look, plan, later(one)), head)


@action("ckt")
def to_inspect(talk: Talk, year: str, page: str = "0") -> Reply:
    """Models nobody has inspected in a year, below the inspector's units."""
    if not talk.can(Act.INSPECT):
        raise Refused(talk.say(NOT_TO_INSPECT))
    mine, skip = rights.mine(talk, Act.INSPECT), max(int(page), 0) * PAGE
    rows = not_inspected.rows(talk.session, mine, int(year), PAGE + 1, skip)
    if not rows:
        return talk.reply(ALL_INSPECTED, MENU, year=int(year))
    options = [
        Option(f"{i.code} – {cut(i.name, 50)} ({unit})", f"mh:{i.id}:{year}")
        for i, unit in rows[:PAGE]
    ]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"ckt:{year}:{int(page) + 1}"))
    total = not_inspected.count(talk.session, mine, int(year))
    text = "{n} mô hình chưa được kiểm tra năm {year}. {Ac} chọn một để xem và kiểm tra ạ:"
    return talk.reply(text, *options, n=total, year=int(year))
