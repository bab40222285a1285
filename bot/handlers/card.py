"""The card of an initiative: what it is, how it stands, and what one may do about it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.conversation.messages import Option, Reply
from bot.domain.codes import code
from bot.domain.partial_dates import plain_date
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers.registry import Part, Replies, Talk, action, parts
from bot.handlers.seeing import follows, in_a_line, may_see
from bot.handlers.sharing import public_reply
from bot.presentation.report import lines
from storage import cards, picking
from storage.photos import clean_names
from storage.tables.helping import Card
from storage.tables.records import Enrolment, Initiative, Report
from storage.tables.units import Sector, Unit

LABELS = (
    ("quy_mo", "Quy mô"),
    ("noi_dung", "Cách làm"),
    ("ket_qua", "Kết quả"),
    ("moi", "Tin mới"),
    ("bat_dau", "Bắt đầu"),
    ("lien_he", "Điện thoại"),
    ("vi_tri", "Vị trí"),
)
LONGEST = 300
"""Letters of one answer on a card; the report has all of it."""
MOST_PHOTOS = 5
AT_ONCE = 8
"""Buttons under a card: more are a tap away."""
OUTSIDE = (
    "Mô hình này ngoài phần {ac} theo dõi nên Trợ lý không mở thẻ được ạ. "
    "{Ac} nhắn “tìm mô hình” để tìm trong phần của mình."
)


@action("mh")
def see(talk: Talk, initiative_id: str, year: str = "0", page: str = "0") -> Reply:
    """The newest year, or the one asked for; page: further buttons."""
    wanted, number = int(year), int(page)
    if card := only_public(talk, int(initiative_id)):
        return public_reply(talk, card, Option("Nhân rộng", f"nr:{card.initiative_id}"))
    initiative, mine = opened(talk, int(initiative_id))
    enrolment = next((e for e in mine if e.year == wanted), mine[0])
    added = parts("card", talk, enrolment)
    options = _options(talk, initiative, enrolment, added, mine)
    if number > 0:
        return _further(talk, initiative, enrolment, options, number)
    return _card(talk, initiative, enrolment, added, mine, options)


def openable(talk: Talk, initiative_id: int) -> bool:
    own = cards.years(talk.session, talk.scope, talk.member_id, initiative_id)
    return bool(own) or cards.of_initiative(talk.session, initiative_id) is not None


def only_public(talk: Talk, initiative_id: int) -> Card | None:
    """What those may read who may not open the card itself."""
    initiative = cards.standing(talk.session, initiative_id)
    if initiative is None or cards.years(talk.session, talk.scope, talk.member_id, initiative.id):
        return None
    return cards.of_initiative(talk.session, initiative.id)


def opened(talk: Talk, initiative_id: int) -> tuple[Initiative, list[Enrolment]]:
    """The initiative and its years that this person may open, newest first. Raises Refused."""
    initiative = cards.standing(talk.session, initiative_id)
    if initiative is not None and initiative.root_id == talk.organisation.root_id:
        mine = cards.years(talk.session, talk.scope, talk.member_id, initiative.id)
        if mine:
            return initiative, mine
    raise Refused(talk.say(OUTSIDE))


def _card(
    talk: Talk,
    initiative: Initiative,
    enrolment: Enrolment,
    added: Sequence[Part],
    mine: Sequence[Enrolment],
    options: Sequence[Option],
) -> Reply:
    reports = cards.reports_of(talk.session, enrolment.id)
    body = [
        f"{initiative.code}: {initiative.name}",
        *_facts(talk, enrolment),
        lines(LABELS, _shortened(cards.answers(enrolment, reports)), follows(talk, enrolment)),
        *_lineage(talk, initiative),
        *(line for part in added for line in part.lines),
    ]
    if len(mine) > 1:
        body.append("Các năm: " + ", ".join(str(e.year) for e in mine))
    names = cards.photos(enrolment, reports)
    clean = clean_names(talk.session, names)
    photos = list(dict.fromkeys(clean[n] for n in names if n in clean))[:MOST_PHOTOS]
    return Reply(
        "\n".join(line for line in body if line),
        options=_page(talk, initiative, enrolment, options, 0),
        photos=tuple(photos),
        code=initiative.code,
    )


def _facts(talk: Talk, enrolment: Enrolment) -> list[str]:
    session = talk.session
    sector = session.get_one(Sector, enrolment.sector_id).label
    places = [session.get_one(Unit, enrolment.place_id).name, *cards.spots(session, enrolment)]
    return [
        f"Năm {enrolment.year}. {sector}. {talk.organisation.labels[enrolment.kind]}.",
        f"Chủ thể: {enrolment.owner}",
        f"Đăng ký bởi: {session.get_one(Unit, enrolment.registrant_id).name}",
        f"Địa bàn: {'; '.join(places)}",
        *_results(enrolment),
    ]


def _results(enrolment: Enrolment) -> list[str]:
    """How far its year is; its stage is told by others."""
    if enrolment.state == "waiting":
        return ["Tình trạng: phiếu đang chờ xem"]
    built = enrolment.built_on
    return (
        [f"Kết quả năm {enrolment.year} được xác nhận ngày {plain_date(built)}."] if built else []
    )


def _shortened(answers: Mapping[str, Any]) -> dict[str, Any]:
    return {key: {**answer, "t": cut(str(answer["t"]), LONGEST)} for key, answer in answers.items()}


def _lineage(talk: Talk, initiative: Initiative) -> list[str]:
    """The one it was copied from: its name only for those who may open it."""
    if initiative.origin_id is None:
        return []
    origin = cards.standing(talk.session, initiative.origin_id)
    if origin is None:
        return []
    known = cards.years(talk.session, talk.scope, talk.member_id, origin.id)
    name = f" {cut(origin.name, 80)}" if known else ""
    return [f"Nhân rộng từ: {code(origin.code_year, origin.code_number)}{name}"]


# -- what one may do ----------------------------------------------------------------------


def _options(
    talk: Talk,
    initiative: Initiative,
    enrolment: Enrolment,
    added: Sequence[Part],
    mine: Sequence[Enrolment],
) -> list[Option]:
    options = []
    if picking.one(talk.session, talk.scope, talk.member_id, initiative.id):
        options.append(Option("Cập nhật", f"cmd:capnhat:#{initiative.id}", "primary"))
    if _reports(talk, enrolment):
        options.append(Option("Xem phiếu", f"mhphieu:{initiative.id}:{enrolment.year}"))
    options += [option for part in added for option in part.options]
    others = [e.year for e in mine if e.year != enrolment.year]
    return options + [Option(f"Năm {y}", f"mh:{initiative.id}:{y}") for y in others]


def _page(
    talk: Talk, initiative: Initiative, enrolment: Enrolment, options: Sequence[Option], page: int
) -> tuple[Option, ...]:
    """As many as a small phone shows; the last one leads on, or back."""
    if len(options) <= AT_ONCE:
        return tuple(options)
    size = AT_ONCE - 1
    here = f"mh:{initiative.id}:{enrolment.year}"
    more = (page + 1) * size < len(options)
    turn = Option("Thêm…", f"{here}:{page + 1}") if more else Option("Về thẻ mô hình", here)
    return (*options[page * size : (page + 1) * size], turn)


def _further(
    talk: Talk, initiative: Initiative, enrolment: Enrolment, options: Sequence[Option], page: int
) -> Reply:
    found = _page(talk, initiative, enrolment, options, page)
    text = "{code}: {name}, năm {year}. {Ac} chọn việc cần làm:"
    name = cut(initiative.name, 80)
    return talk.reply(text, *found, code=initiative.code, name=name, year=enrolment.year)


@action("mhphieu")
def see_reports(talk: Talk, initiative_id: str, year: str) -> Replies:
    """The reports on it that this person may see, newest first."""
    initiative, mine = opened(talk, int(initiative_id))
    enrolment = next((e for e in mine if e.year == int(year)), mine[0])
    found = _reports(talk, enrolment)
    options = [Option(in_a_line(talk, r), f"phieu:{r.id}") for r in found[:AT_ONCE]]
    options.append(Option("Về thẻ mô hình", f"mh:{initiative.id}:{enrolment.year}"))
    return talk.reply("Phiếu của {code} năm {year} (mới nhất trước):", *options,
                      code=initiative.code, year=enrolment.year)  # fmt: skip


def _reports(talk: Talk, enrolment: Enrolment) -> list[Report]:
    found = cards.reports_of(talk.session, enrolment.id)
    return [report for report in reversed(found) if may_see(talk, report)]
