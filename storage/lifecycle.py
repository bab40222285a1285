"""Moves in the life of an enrolment: made, taken back, and read again."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from bot.domain.lifecycle import (
    LABELS,
    MOVES,
    UNDO,
    Life,
    Rule,
    apply,
    fits,
    is_higher,
    replay,
    why_not,
)
from bot.domain.partial_dates import plain_date
from bot.domain.roles import ALLOWED, ROLE_LABELS, Act, Grant, Role, units_for
from bot.errors import Refused
from storage import members, search_index, tally
from storage.scope import covers
from storage.tables.lifecycle import Move
from storage.tables.people import Member
from storage.tables.records import CoReporter, Decision, Enrolment, Initiative, Report

AT_ONCE = 10_000
"""Numbers of moves among which those made in one go are looked for."""
NOT_YOURS = "Việc “{label}” của mô hình này dành cho {roles} phụ trách đơn vị ấy ạ."
NOT_THERE = {
    "waiting": "Phiếu đăng ký của mô hình này chưa được chấp nhận. Xin chấp nhận phiếu trước ạ.",
    "withdrawn": "Mô hình này đã được rút lại nên không đổi gì nữa ạ.",
}
MERGED = "Mô hình này đã gộp vào {code}. Xin mở {code} để làm tiếp ạ."
WHY = "Việc “{label}” cần ghi lý do ạ."
WHICH = "Việc “{label}” cần có quyết định. Xin chọn hoặc nhập quyết định ạ."
TOO_EARLY = (
    "Quyết định ngày {day} có trước năm đăng ký {year} của mô hình. Xin chọn quyết định khác ạ."
)
NOT_YET = "Quyết định ngày {day} chưa đến ngày. Xin xem lại ngày của quyết định ạ."
NO_HIGHER = "Mô hình đã được công nhận {level}. Quyết định công nhận thêm phải ở cấp cao hơn ạ."
OTHERS_SINCE = (
    "Sau việc ấy mô hình đã có việc “{label}” nên chưa hoàn tác được ạ. Muốn hoàn tác, xin bắt đầu "
    "từ việc sau cùng."
)
UNDONE = "Việc ấy đã được hoàn tác rồi ạ."
NOT_THEIRS = "Chỉ người đã làm việc ấy, hoặc cấp trên của người ấy, mới hoàn tác được ạ."


# -- rights -------------------------------------------------------------------------------------


def held(
    session: Session, grants: Collection[Grant], act: Act, enrolment: Enrolment
) -> tuple[int, ...]:
    """The units by which these grants allow the act about it; of a narrowed one, besides being let
    to see it."""

    def by(act: Act) -> tuple[int, ...]:
        return tuple(
            u for u in units_for(act, grants) if _covers(session, grants, act, u, enrolment)
        )

    return by(act) if not enrolment.narrowed or by(Act.SEE_NARROWED) else ()


def _covers(
    session: Session, grants: Collection[Grant], act: Act, unit_id: int, enrolment: Enrolment
) -> bool:
    """Whether what they hold over this one unit reaches the enrolment in its year."""
    own = [grant for grant in grants if grant.unit_id == unit_id]
    places = (enrolment.registrant_id, enrolment.place_id)
    return any(covers(session, own, act, place, enrolment.year) for place in places)


def acts_over(session: Session, grants: Collection[Grant], enrolment: Enrolment) -> set[Act]:
    """Of what moves need, what these grants allow about this enrolment."""
    needed = {rule.act for rule in MOVES.values()}
    return {act for act in needed if held(session, grants, act, enrolment)}


def may_undo(session: Session, move: Move, by: int, now: datetime) -> bool:
    """Whoever made it, while they may still make such moves, or somebody who may over a unit above
    all by which they may."""
    act = MOVES[move.name].act
    enrolment = session.get_one(Enrolment, move.enrolment_id)
    mine = held(session, members.grants_of(session, by, now, lock=True), act, enrolment)
    if move.author_id == by or not mine:
        return bool(mine)
    author = members.grants_of(session, move.author_id, now) if move.author_id else ()
    theirs = held(session, author, act, enrolment)
    return any(all(_above(session, m, t, enrolment.year) for t in theirs) for m in mine)


def _above(session: Session, upper: int, lower: int, year: int) -> bool:
    grant = Grant(Role.APPROVER, upper)
    return upper != lower and covers(session, (grant,), Act.RECOGNISE, lower, year)


# -- moves --------------------------------------------------------------------------------------


def move(
    session: Session,
    enrolment: Enrolment,
    name: str,
    *,
    author_id: int,
    now: datetime,
    today: date,
    reason: str = "",
    decision_id: int | None = None,
    labels: Mapping[str, str] = LABELS,
) -> Move:
    """Make a move of the table. Raises Refused where the author may not, or it cannot be made from
    here, saying what would be allowed; KeyError for a name that is in no table."""
    life, rule = ready(session, enrolment, name, author_id, now, labels), MOVES[name]
    if rule.reason and not reason:
        raise Refused(WHY.format(label=rule.label))
    level = _level(session, enrolment, rule, decision_id, today, labels) if rule.decision else ""
    after = apply(life, name, level, decision_id)
    return _write(
        session, enrolment, after, today,
        name=name, author_id=author_id, reason=reason, at=now, undoes=None,
    )  # fmt: skip


def ready(
    session: Session,
    enrolment: Enrolment,
    name: str,
    author_id: int,
    now: datetime,
    labels: Mapping[str, str] = LABELS,
) -> Life:
    """Where it is, nobody can move it meanwhile, and the author may make this move from there.
    Raises Refused, saying what would be allowed."""
    _lock(session, enrolment)
    rule = MOVES[name]
    acts = acts_over(session, members.grants_of(session, author_id, now, lock=True), enrolment)
    if rule.act not in acts:
        raise Refused(NOT_YOURS.format(label=rule.label, roles=_roles(rule)))
    life = _moving(session, enrolment)
    if wrong := why_not(life, name, acts, labels):
        raise Refused(wrong)
    return life


def begin(
    session: Session, enrolment: Enrolment, by: int | None, now: datetime, today: date
) -> Move | None:
    """The first results have been accepted: it is being built. Nothing when it is further."""
    _lock(session, enrolment)
    life = Life.of(enrolment)
    if enrolment.state != "accepted" or not fits(life, MOVES["begin"]):
        return None
    return _write(
        session, enrolment, apply(life, "begin"), today,
        name="begin", author_id=by, reason="", at=now, undoes=None,
    )  # fmt: skip


def undo(session: Session, wrong: Move, *, by: int, now: datetime, today: date) -> Move:
    """Take back the last move that stands; both stay in the log. Raises Refused."""
    enrolment = session.get_one(Enrolment, wrong.enrolment_id)
    _lock(session, enrolment)
    if wrong.undoes is not None or not may_undo(session, wrong, by, now):
        raise Refused(NOT_THEIRS)
    _moving(session, enrolment)
    last = last_standing(session, enrolment.id)
    if last is None or last.id < wrong.id:
        raise Refused(UNDONE)
    if last.id != wrong.id:
        taken_back = select(Move.id).where(Move.undoes == wrong.id)
        if session.scalar(taken_back.limit(1)) is not None:
            raise Refused(UNDONE)
        raise Refused(OTHERS_SINCE.format(label=MOVES[last.name].label))
    return _write(
        session, enrolment, Life(**wrong.before), today,
        name=UNDO, author_id=by, reason="", at=now, undoes=wrong.id,
    )  # fmt: skip


def _lock(session: Session, enrolment: Enrolment) -> None:
    """Nobody else moves it before this transaction ends, and it is as they left it."""
    session.flush()
    session.refresh(enrolment, with_for_update=True)


def _moving(session: Session, enrolment: Enrolment) -> Life:
    """Where it is. Raises Refused for what does not move, or no more."""
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    if initiative.merged_id:
        code = session.get_one(Initiative, initiative.merged_id).code
        raise Refused(MERGED.format(code=code))
    if enrolment.state != "accepted":
        raise Refused(NOT_THERE[enrolment.state])
    return Life.of(enrolment)


def _write(
    session: Session, enrolment: Enrolment, after: Life, today: date, **values: object
) -> Move:
    before = Life.of(enrolment).to_json()
    row = Move(enrolment_id=enrolment.id, before=before, after=after.to_json(), **values)
    session.add(row)
    for name, value in after.to_json().items():
        setattr(enrolment, name, value)
    tally.sync(session, enrolment, today)
    search_index.index(session, enrolment)
    return row


def _roles(rule: Rule) -> str:
    return ", ".join(ROLE_LABELS[role] for role in Role if role in ALLOWED[rule.act])


def _level(
    session: Session, enrolment: Enrolment, rule: Rule, decision_id: int | None, today: date,
    labels: Mapping[str, str],
) -> str:  # fmt: skip
    """That of the decision, which was signed in the year of the enrolment or since."""
    decision = session.get(Decision, decision_id) if decision_id else None
    root = session.get_one(Initiative, enrolment.initiative_id).root_id
    if decision is None or (decision.root_id, decision.kind) != (root, "recognition"):
        raise Refused(WHICH.format(label=rule.label))
    if decision.day.year < enrolment.year:
        raise Refused(TOO_EARLY.format(day=plain_date(decision.day), year=enrolment.year))
    if decision.day > today:
        raise Refused(NOT_YET.format(day=plain_date(decision.day)))
    if not is_higher(decision.level, enrolment.level):
        raise Refused(NO_HIGHER.format(level=labels[enrolment.level]))
    return decision.level


# -- reading ------------------------------------------------------------------------------------


def _log(enrolment_id: int) -> Select[Move]:
    return select(Move).where(Move.enrolment_id == enrolment_id)


def last_standing(session: Session, enrolment_id: int) -> Move | None:
    """The last move that nobody has taken back."""
    back = aliased(Move)
    undone = select(back.undoes).where(back.enrolment_id == enrolment_id, back.undoes.is_not(None))
    standing = _log(enrolment_id).where(Move.undoes.is_(None), Move.id.not_in(undone))
    return session.scalar(standing.order_by(Move.id.desc()).limit(1))


def made_with(session: Session, first: Move) -> Sequence[Move]:
    """The moves that its author made in one go, of which this was the first."""
    return session.scalars(
        select(Move)
        .where(Move.id.between(first.id, first.id + AT_ONCE), Move.author_id == first.author_id)
        .where(Move.at == first.at, Move.name == first.name, Move.undoes.is_(None))
        .order_by(Move.id)
    ).all()


def history(
    session: Session, enrolment_id: int, most: int = 500, skip: int = 0
) -> list[tuple[Move, Member | None]]:
    """Moves with their authors, newest first."""
    rows = session.execute(
        select(Move, Member)
        .outerjoin(Member, Member.id == Move.author_id)
        .where(Move.enrolment_id == enrolment_id)
        .order_by(Move.id.desc())
        .limit(most)
        .offset(skip)
    )
    return [(one, author) for one, author in rows]


def state_from_log(session: Session, enrolment_id: int) -> Life:
    """Where the log leads: what the enrolment itself must say."""
    moves: Sequence[Move] = session.scalars(_log(enrolment_id).order_by(Move.id)).all()
    return replay(moves, Life(**moves[0].before)) if moves else Life()


def owners_of_year(session: Session, enrolment: Enrolment) -> list[int]:
    """Whom to tell about it: the authors of its accepted registration, and who reports it too."""
    authors = select(Report.author_id).where(
        Report.enrolment_id == enrolment.id, Report.kind == "register", Report.state == "accepted"
    )
    others = select(CoReporter.member_id).where(CoReporter.initiative_id == enrolment.initiative_id)
    return sorted({*session.scalars(authors), *session.scalars(others)})
