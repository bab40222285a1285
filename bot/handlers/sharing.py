"""The public card: what anybody with its link may read, approved by somebody, withdrawn at will."""

from typing import Any

from sqlalchemy import false

from bot.conversation.host import PublicCard
from bot.conversation.messages import Option, Reply
from bot.domain import public_card
from bot.domain.lifecycle import Life
from bot.domain.partial_dates import plain_date
from bot.domain.public_card import Body
from bot.domain.roles import Act
from bot.domain.text import cut
from bot.errors import Refused
from bot.handlers import rights
from bot.handlers.people import ELSE
from bot.handlers.registry import Part, Talk, action, adds_to
from bot.presentation.card import state_in_words
from storage import cards, search, search_index
from storage.search import Eyes, Wanted
from storage.tables.helping import Card
from storage.tables.records import Enrolment, Initiative
from storage.tables.units import Sector, Unit

LONGEST = 100
"""Letters typed elsewhere that are looked at."""
LONGEST_CARD = 3500
"""Letters of a card that somebody sends on, which has to be one message."""
ALL = "11"
"""What the card shows beside the facts: first the text, then the pictures."""
PREVIEW = "XEM TRƯỚC THẺ CÔNG KHAI ({what})\n\n{card}\n\n{notes}"
FIRST, AGAIN = "chưa công khai gì", "bản mới, chưa thay bản đang công khai"
ANYBODY = "Ai có đường dẫn đều đọc được đúng những dòng và ảnh trên đây, không cần đăng nhập."
NO_PEOPLE = "Thẻ không có số điện thoại, vị trí trên bản đồ."
NO_OWNER = "Chủ thể là cá nhân, hộ gia đình nên thẻ không ghi tên."
PERHAPS = "Trong bài có thể còn tên người: {names}. Nếu có, xin {ac} bỏ phần cách làm, kết quả."
NARROWED = (
    "Lĩnh vực này hạn chế người xem, thường không công khai. Chỉ công khai khi cấp có thẩm quyền "
    "đã đồng ý cho riêng mô hình này."
)
NOT_YOURS = "Thẻ công khai do đầu mối hoặc người thẩm định phụ trách đơn vị ấy duyệt và rút ạ."
NOT_YET = "Phiếu của mô hình này chưa được chấp nhận nên chưa làm thẻ công khai được ạ."
CHANGED = "Mô hình vừa có thay đổi nên thẻ khác lúc {ac} xem. Xin {ac} xem lại rồi công khai ạ."
PUBLIC = "Thẻ đã công khai. {Ac} chuyển tiếp tin dưới đây, hoặc gửi đường dẫn."
WITHDRAWN = "Đã rút thẻ công khai. Ai mở đường dẫn cũ sẽ được báo là thẻ không còn ạ."
NONE = "Mô hình này hiện không có thẻ công khai ạ."


@adds_to("card", 65)
def on_card(talk: Talk, enrolment: Enrolment) -> Part | None:
    card = cards.of_initiative(talk.session, enrolment.initiative_id)
    options = []
    if card:
        options.append(Option("Gửi thẻ công khai", f"ckxem:{enrolment.initiative_id}"))
    if (card or enrolment.state == "accepted") and rights.may(talk, Act.SHARE, enrolment):
        options.append(
            Option("Sửa, rút thẻ công khai", f"ck:{enrolment.id}")
            if card
            else Option("Làm thẻ công khai", f"ck:{enrolment.id}")
        )
    lines = ("Có thẻ công khai.",) if card else ()
    return Part(lines, tuple(options)) if options else None


# -- approved -----------------------------------------------------------------------------


@action("ck")
def preview(talk: Talk, enrolment_id: str, shows: str = ALL) -> Reply:
    """All that would be public, and what is left out."""
    enrolment = shareable(talk, enrolment_id)
    body = _body(talk, enrolment, shows)
    card = cards.of_initiative(talk.session, enrolment.initiative_id)
    text = talk.say(
        PREVIEW,
        what=AGAIN if card else FIRST,
        card=public_card.as_message(body),
        notes="\n".join(_notes(talk, enrolment, body)),
    )
    if card:
        text += f"\n{talk.say(_standing(talk, card))}"
    return Reply(text, options=_choices(enrolment, shows, body, card), photos=_photos(body))


def shareable(talk: Talk, enrolment_id: str) -> Enrolment:
    """What may be made public now. Raises Refused."""
    enrolment = _theirs(talk, enrolment_id)
    if enrolment.state != "accepted":
        raise Refused(talk.say(NOT_YET))
    return enrolment


def _theirs(talk: Talk, enrolment_id: str) -> Enrolment:
    """Asked in the transaction that acts: a role ended since the tap no longer counts."""
    enrolment = talk.session.get(Enrolment, int(enrolment_id))
    if enrolment is None or not rights.may(talk, Act.SHARE, enrolment):
        raise Refused(talk.say(NOT_YOURS))
    return enrolment


def _body(talk: Talk, enrolment: Enrolment, shows: str) -> Body:
    if shows not in ("00", "01", "10", ALL):
        raise ValueError(shows)
    session = talk.session
    initiative = session.get_one(Initiative, enrolment.initiative_id)
    reports = cards.reports_of(session, enrolment.id)
    facts: dict[str, Any] = {
        "name": initiative.name,
        "code": initiative.code,
        "unit": session.get_one(Unit, enrolment.place_id).name,
        "sector": session.get_one(Sector, enrolment.sector_id).label,
        "year": enrolment.year,
        "state": state_in_words(
            Life.of(enrolment), bool(enrolment.built_on), talk.organisation.labels
        ),
        "kind": enrolment.kind,
        "owner": enrolment.owner,
    }
    names = cards.photos(enrolment, reports) if shows[1] == "1" else []
    return public_card.body(
        facts,
        cards.answers(enrolment, reports),
        cards.authors(session, initiative.id),
        cards.pictures(session, names),
        told=shows[0] == "1",
    )


def _notes(talk: Talk, enrolment: Enrolment, body: Body) -> list[str]:
    notes = [ANYBODY, NO_PEOPLE]
    notes += [NO_OWNER] if enrolment.kind == "individual" else []
    if people := public_card.people_in(body):
        notes.append(talk.say(PERHAPS, names=", ".join(f"“{name}”" for name in people)))
    return [*notes, NARROWED] if enrolment.narrowed else notes


def _standing(talk: Talk, card: Card) -> str:
    day = plain_date(talk.local(card.approved_at))
    return f"Thẻ hiện công khai từ ngày {day}, đã được mở {card.shared} lần."


def _choices(enrolment: Enrolment, shows: str, body: Body, card: Card | None) -> tuple[Option, ...]:
    here, told, pictured = f"ck:{enrolment.id}", shows[0], shows[1]
    label = "Vẫn công khai mô hình này" if enrolment.narrowed else "Công khai thẻ này"
    style = "danger" if enrolment.narrowed else "primary"
    options = [
        Option(label, f"ckdang:{enrolment.id}:{shows}:{public_card.digest(body)}", style),
        Option("Bỏ phần cách làm, kết quả", f"{here}:0{pictured}")
        if told == "1"
        else Option("Thêm phần cách làm, kết quả", f"{here}:1{pictured}"),
    ]
    if body["photos"]:
        options.append(Option("Bỏ ảnh", f"{here}:{told}0"))
    elif pictured == "0":
        options.append(Option("Thêm ảnh", f"{here}:{told}1"))
    if card:
        options.append(Option("Rút thẻ công khai", f"ckrut:{enrolment.id}", "danger"))
    return (*options, Option("Về thẻ mô hình", f"mh:{enrolment.initiative_id}:{enrolment.year}"))


def _photos(body: Body) -> tuple[str, ...]:
    return tuple(clean for clean, _ in body["photos"])


@action("ckdang")
def approve(talk: Talk, enrolment_id: str, shows: str, seen: str) -> list[Reply]:
    """What was seen becomes public, and nothing else."""
    enrolment = shareable(talk, enrolment_id)
    body = _body(talk, enrolment, shows)
    if public_card.digest(body) != seen:
        return [talk.reply(CHANGED), preview(talk, enrolment_id, shows)]
    card = cards.approve(talk.session, enrolment.initiative_id, body, talk.member_id, talk.now)
    talk.session.flush()
    talk.did("share", "card", card.id, enrolment_id=enrolment.id)
    return [talk.reply(PUBLIC), public_reply(talk, card)]


# -- read, withdrawn ----------------------------------------------------------------------


@action("ckxem")
def show(talk: Talk, initiative_id: str) -> Reply:
    """A message to pass on: nothing in it that is not public."""
    card = cards.of_initiative(talk.session, int(initiative_id))
    if card is None:
        raise Refused(talk.say(NONE))
    return public_reply(talk, card)


def public_reply(talk: Talk, card: Card, *options: Option) -> Reply:
    url = talk.organisation.public_url
    link = f"{url}/the/{card.token}" if url else ""
    text = public_card.as_message(card.body)
    return Reply(text, options=options, photos=_photos(card.body), link=link)


@action("ckrut")
def ask_withdraw(talk: Talk, enrolment_id: str) -> Reply:
    enrolment = _theirs(talk, enrolment_id)
    return talk.reply(
        "{Ac} rút thẻ công khai ạ? Đường dẫn sẽ không mở được nữa; mô hình và phiếu vẫn còn.",
        Option("Rút thẻ", f"ckrutthat:{enrolment.id}", "danger"),
        Option("Không, để nguyên", f"mh:{enrolment.initiative_id}:{enrolment.year}"),
    )


@action("ckrutthat")
def withdraw(talk: Talk, enrolment_id: str) -> Reply:
    enrolment = _theirs(talk, enrolment_id)
    card = cards.of_initiative(talk.session, enrolment.initiative_id)
    if card is None or not cards.withdraw(talk.session, card, talk.now):
        return talk.reply(NONE, ELSE)
    talk.did("withdraw", "card", card.id, enrolment_id=enrolment.id)
    return talk.reply(WITHDRAWN, ELSE)


# -- handed on from any chat --------------------------------------------------------------


def offered(talk: Talk, said: str) -> list[PublicCard]:
    """Public cards for somebody who types in another chat, the best first."""
    allowed = cards.or_public(false())
    look = Eyes((search_index.PUBLIC,), allowed)
    rows, _ = search.find(talk.session, look, Wanted(search.words_in(said[:LONGEST])))
    found = cards.approved(talk.session, [initiative.id for initiative, _ in rows])
    return [_as_public(talk, card) for card in found]


def _as_public(talk: Talk, card: Card) -> PublicCard:
    reply, body = public_reply(talk, card), card.body
    about = f"{body['unit']}, {body['year']}. {body['sector']}"
    text = "\n".join(part for part in (cut(reply.text, LONGEST_CARD), reply.link) if part)
    return PublicCard(f"{card.id}", cut(body["name"], 100), cut(about, 200), text)
