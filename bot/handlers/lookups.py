"""What storage answers to the steps that offer something."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import bindparam, select

from bot.conversation.form import Answer, Choice, Found, Lookup
from bot.domain.registration import KINDS
from bot.domain.text import cut
from bot.domain.units import BODIES, COMMUNES, HAMLETS, PLACES
from bot.handlers.registry import Talk, lookup
from bot.handlers.seeing import follows, sees_enrolment
from storage import duplicates, initiatives, picking, succession
from storage.prepared import Prepared
from storage.reference import kept
from storage.sectors import sectors
from storage.tables.people import MemberBody
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Sector, Unit, UnitParent
from storage.unit_search import choices_of, find_units
from storage.units import ancestors, units_of

OFFERED = 6
HIGHER = frozenset(PLACES) - {*COMMUNES, *HAMLETS}
BAD_PUBLIC = "Lĩnh vực này cần giữ kín: xin chỉ ghi nội dung được phép công khai ạ."
NEWS = "Mô hình này đã có phiếu: phiếu của {ac} sẽ là tin cập nhật của mô hình ấy."
YES = ("đúng", "có", "phải", "vâng")
ANOTHER = Choice(0, "Mô hình khác", ("khác", "không", "không phải"))
OTHER_YEAR = Choice("other", "Năm khác")

# Built once: most reports ask these.
_JOINED = Prepared(select(MemberBody.unit_id).where(MemberBody.member_id == bindparam("member")))
_HELD = select(Unit.id).where(
    Unit.id.in_(bindparam("roles", expanding=True)), Unit.kind.in_(BODIES)
)
_BODIES_AT = (
    select(Unit.id)
    .join(UnitParent, UnitParent.unit_id == Unit.id)
    .where(UnitParent.parent_id.in_(bindparam("places", expanding=True)), Unit.kind.in_(BODIES))
    .where(UnitParent.valid_from <= bindparam("day"), UnitParent.valid_to > bindparam("day"))
    .where(Unit.valid_from <= bindparam("day"), Unit.valid_to > bindparam("day"))
    .order_by(Unit.folded)
    .limit(OFFERED)
)


@lookup("years")
def years(talk: Talk, asked: Lookup) -> Found:
    year = talk.today.year
    return Found(
        (
            Choice(f"{year} planned", f"Đăng ký mới năm {year}", ("mới",)),
            Choice(
                f"{year} continued",
                "Tiếp tục từ năm trước",
                ("tiếp tục", "duy trì"),
            ),
            Choice(f"{year} unplanned", "Phát sinh ngoài đăng ký", ("phát sinh",)),
            OTHER_YEAR,
        )
    )


@lookup("sectors")
def sector_choices(talk: Talk, asked: Lookup) -> Found:
    root_id, year = talk.organisation.root_id, _year(talk, asked.about)

    def found() -> Found:
        return Found(tuple(_sector(s) for s in sectors(talk.session, root_id, year)))

    return kept(talk.session, ("sectors", root_id, year), found)


def _sector(one: Sector) -> Choice:
    return Choice(one.id, one.label, tuple(one.aliases), note=BAD_PUBLIC if one.narrowed else "")


@lookup("bodies")
def bodies(talk: Talk, asked: Lookup) -> Found:
    """Who registers: the member's own bodies, unit and commune first."""
    rows = _JOINED.rows(talk.session, {"member": talk.person.member_id})
    joined = tuple(unit_id for (unit_id,) in rows)

    def found() -> Found:
        if asked.text:
            return _search(talk, asked)
        day = _day(talk, asked.about)
        places = succession.as_of(talk.session, _own_units(talk), day)
        own = succession.as_of(talk.session, [*joined, *_held(talk)], day)
        return _units(talk, [*own, *places, *_bodies_at(talk, places, day)], OFFERED)

    return _kept(talk, asked, found, joined, talk.person.grants)


@lookup("places")
def places(talk: Talk, asked: Lookup) -> Found:
    """Where it is: the member's commune first; "không thuộc xã nào" counts for the level above."""
    if asked.text:
        return _kept(talk, asked, lambda: _search(talk, asked, PLACES))
    return _kept(talk, asked, lambda: _own_places(talk, _day(talk, asked.about)))


def _own_places(talk: Talk, day: date) -> Found:
    commune = _commune(talk)
    own = succession.as_of(talk.session, [commune] if commune else [], day)
    found = _units(talk, own, OFFERED)
    above = _above_communes(talk, next(iter(own), talk.person.unit_id), day)
    outside = Choice(above, "Không thuộc xã nào", ("không thuộc xã", "không", "cơ quan"))
    return Found((*found.choices, outside))


@lookup("homes")
def homes(talk: Talk, asked: Lookup) -> Found:
    """Where one lives: only what is typed."""
    if not asked.text:
        return Found()
    return _kept(talk, asked, lambda: _search(talk, asked, PLACES))


@lookup("hamlets")
def hamlets(talk: Talk, asked: Lookup) -> Found:
    """Thôn of the place chosen before (about: its id), the member's own first."""
    place = next((v for v in asked.about if isinstance(v, int)), None)
    if place is None:
        return Found()
    if asked.text:
        inside = find_units(talk.session, asked.text, kinds=HAMLETS, under=(place,))
        return inside if inside.sure else find_units(talk.session, asked.text, kinds=HAMLETS)
    below = select(UnitParent.unit_id).join(Unit, Unit.id == UnitParent.unit_id)
    rows = talk.session.scalars(
        below.where(UnitParent.parent_id == place, Unit.kind.in_(HAMLETS)).order_by(Unit.folded)
    ).all()
    mine = [u for u in rows if u == talk.person.unit_id]
    return _units(talk, [*mine, *rows], OFFERED)


@lookup("earlier")
def earlier(talk: Talk, asked: Lookup) -> Found:
    """Models of the years before that can be continued, with their answers."""
    year = _year(talk, asked.about)
    if asked.text:
        rows, sure = picking.find(talk.session, talk.scope, talk.member_id, asked.text, year)
        return Found(tuple(_continued(talk, i, e, year) for i, e in rows), sure)
    units = picking.own_units(talk.session, talk.scope, talk.member_id)
    rows = initiatives.of_member(talk.session, talk.member_id, units, year, OFFERED)
    return Found(tuple(_continued(talk, i, e, year) for i, e in rows))


@lookup("near_duplicates")
def near_duplicates(talk: Talk, asked: Lookup) -> Found:
    """about: name, place, registrant, year answers, sector, owner, photos. Nothing alike: the
    question is not asked."""
    name, place, registrant, *_ = asked.about
    if not (isinstance(name, str) and isinstance(place, int) and isinstance(registrant, int)):
        return Found()
    sector, owner, photos = asked.about[5:]
    year = _year(talk, asked.about[3:5])
    found = duplicates.alike(
        talk.session, name, owner or "", sector, place, registrant, year, photos or ()
    )
    seen = [a for a in found if not a.enrolment.narrowed or sees_enrolment(talk, a.enrolment.id)]
    if not seen:
        return Found()
    same = (
        Choice(a.initiative.id, _titled(a.initiative, a.enrolment), YES, note=NEWS) for a in seen
    )
    return Found((*same, ANOTHER))


def _titled(initiative: Initiative, enrolment: Enrolment) -> str:
    return f"Đúng mô hình này: {cut(initiative.name, 60)} – {cut(enrolment.owner, 40)}"


def _continued(talk: Talk, initiative: Initiative, enrolment: Enrolment, year: int) -> Choice:
    """An earlier enrolment as answers to this year's form; units that have been merged as what
    they are now, and a telephone number only for those who may see it."""
    known = {s.id: s.label for s in sectors(talk.session, initiative.root_id, year)}
    found = {
        "ten": (initiative.name, initiative.name),
        "linh_vuc": (enrolment.sector_id, known.get(enrolment.sector_id)),
        "hinh_thuc": (enrolment.kind, KINDS[enrolment.kind]),
        "chu_the": (enrolment.owner, enrolment.owner),
        "dang_ky_boi": _now(talk, enrolment.registrant_id, year),
        "dia_ban": _now(talk, enrolment.place_id, year),
    }
    fills: dict[str, Answer] = {k: {"v": v, "t": t} for k, (v, t) in found.items() if t}
    shown = ("noi_dung", "lien_he") if follows(talk, enrolment) else ("noi_dung",)
    fills |= {k: enrolment.details[k] for k in shown if k in enrolment.details}
    label = f"{cut(initiative.name, 60)} ({enrolment.year})"
    return Choice(initiative.id, label, (initiative.name, initiative.code), fills)


def _now(talk: Talk, unit_id: int, year: int) -> tuple[int | None, str]:
    """A unit as what it is in that year, with its name; (None, "") where that is not one unit."""
    heir = succession.heir(talk.session, unit_id, _day(talk, (str(year),)))
    return heir, talk.session.get_one(Unit, heir).name if heir else ""


def _search(talk: Talk, asked: Lookup, kinds: Sequence[str] | None = None) -> Found:
    """Units of today first; else closed ones, since reports of earlier years name them."""
    day = _day(talk, asked.about)
    now = find_units(talk.session, asked.text, kinds=kinds, on=day)
    if now.sure:
        return now
    ever = find_units(talk.session, asked.text, kinds=kinds)
    return ever if ever.sure or not now.choices else now


def _units(talk: Talk, ids: Iterable[int | None], most: int) -> Found:
    wanted = list(dict.fromkeys(i for i in ids if i))[:most]
    rows = units_of(talk.session, wanted)
    return Found(choices_of(talk.session, [rows[i] for i in wanted if i in rows]))


def _kept(talk: Talk, asked: Lookup, found: Callable[[], Found], *more: Hashable) -> Found:
    """What is found depends on the units, on whose question it is and on the day, but on no more
    than is said here."""
    key = (asked, talk.today, talk.person.unit_id, talk.organisation.root_id, *more)
    return kept(talk.session, key, found)


def _held(talk: Talk) -> Sequence[int]:
    """Bodies that the member has a role in."""
    return talk.session.scalars(_HELD, {"roles": [g.unit_id for g in talk.person.grants]}).all()


def _own_units(talk: Talk) -> list[int]:
    return [u for u in (talk.person.unit_id, _commune(talk)) if u is not None]


def _bodies_at(talk: Talk, places: Sequence[int], day: date) -> Sequence[int]:
    """Bodies that stood at these places on a day."""
    return talk.session.scalars(_BODIES_AT, {"places": places, "day": day}).all()


def _lineage(talk: Talk) -> list[Unit]:
    """The member's unit and what stands above it, nearest first; those that exist today first."""
    own = talk.person.unit_id
    if own is None:
        return []
    ids = [own, *ancestors(talk.session, own, talk.today)]
    rows = units_of(talk.session, ids)
    units = [rows[i] for i in ids if i in rows]
    return sorted(units, key=lambda u: u.valid_to <= talk.today)


def _commune(talk: Talk) -> int | None:
    return next((u.id for u in _lineage(talk) if u.kind in COMMUNES), None)


def _above_communes(talk: Talk, home: int | None, day: date) -> int:
    """The lowest administrative unit above communes over a home; else the organisation."""
    chain = [home, *ancestors(talk.session, home, day)] if home else []
    units = units_of(talk.session, chain)
    higher = {unit_id for unit_id, unit in units.items() if unit.kind in HIGHER}
    return next((u for u in chain if u in higher), talk.organisation.root_id)


def _year(talk: Talk, about: Sequence[Any]) -> int:
    """The year an earlier answer names: "2026 planned", or "2022" of the question for others."""
    for value in about:
        if isinstance(value, str) and value[:4].isdigit():
            return int(value[:4])
    return talk.today.year


def _day(talk: Talk, about: Sequence[Any]) -> date:
    return min(talk.today, date(_year(talk, about), 12, 31))
