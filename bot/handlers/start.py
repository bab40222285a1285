"""Coming in: who the bot is, consent, an invitation's effect, and the few questions of joining."""

import unicodedata
from dataclasses import replace

from sqlalchemy import delete, select

from bot.conversation.form import Answer, Answers, Choice, Form, Json, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain import consent
from bot.domain.invitations import key_in
from bot.domain.keywords import Word, keyword, match_choice
from bot.domain.roles import ROLE_LABELS, Role
from bot.domain.text import without_title
from bot.domain.wording import ADDRESSES
from bot.handlers import leaving
from bot.handlers.joining import CHOOSE_AGAIN, announce, waiting_line
from bot.handlers.people import now_is, own_member, role_over, tell, with_menu
from bot.handlers.registry import Replies, Talk, catches, command, submits
from storage import invitations, joining, members
from storage.guesses import by_account
from storage.invitations import Entry, Way
from storage.tables.people import Draft, Invitation, Member

AGREE = Option("Đồng ý", "cmd:start:dongy", "primary")
DISAGREE = Option("Không", "cmd:start:khong")
READ = Option("Đọc đầy đủ", "cmd:start:doc")
PLATFORMS = {"telegram": "Telegram", "zalo": "Zalo", "web": "trang web"}


def letters_alone(value: Json, answers: Answers, today: object) -> str:
    """A name is shown to people who trust the bot: no address, number or foreign look-alike."""
    name = without_title(str(value))[1].replace(". ", " ").removesuffix(".")
    latin = [unicodedata.name(c, "").startswith("LATIN ") for c in name if c not in " -'’"]
    enough = len(latin) >= 2 and all(latin)
    return "" if enough else "Họ và tên chỉ gồm chữ thôi ạ, không có số hay dấu khác."


ADDRESS = Step(
    "xung_ho",
    Kind.CHOICE,
    "Xưng hô",
    "Trợ lý nên gọi {ac} thế nào cho phải ạ?",
    options=tuple(Choice(a, a.capitalize()) for a in ADDRESSES),
)
NAME = Step(
    "ten",
    Kind.TEXT,
    "Họ và tên",
    "Họ và tên của {ac} là gì ạ?",
    help="Ví dụ: Nguyễn Thị Lan",
    least=2,
    most=80,
    personal=True,
    check=letters_alone,
)
UNIT = Step(
    "don_vi",
    Kind.UNIT,
    "Đơn vị",
    "{Ac} ở xã, phường nào ạ? {Ac} gõ tên, kèm tên thôn nếu muốn.",
    help="Ví dụ: Thạch Lạc; hoặc: thôn Thanh Lan, Thạch Khê",
    offer="homes",
)
FORM = Form(
    "chao",
    "Làm quen",
    (
        # Prefilled: the consent given (version and moment), and the unit an invitation names.
        Step("dong_y", Kind.TEXT, "Đồng ý", "", hidden=True),
        Step("moi", Kind.TEXT, "Thư mời", "", hidden=True),
        ADDRESS,
        NAME,
        replace(UNIT, when=lambda answers: "moi" not in answers),
    ),
)


# -- the door -----------------------------------------------------------------------------


@command("start", "Bắt đầu", before_joining=True)
def start(talk: Talk, argument: str) -> Replies:
    """`/start <token>` is what a Telegram deep link says."""
    if key_in(argument):
        return enter(talk, argument)
    if joined(talk):
        return welcome_back(talk)
    if argument == "xoa" and talk.person.state == "withdrawn":
        return leaving.ask_to_erase(talk)
    chosen = {"dongy": agree, "khong": refuse, "doc": read_all}.get(argument, welcome)
    return chosen(talk)


@catches(5, before_joining=True)
def typed_code(talk: Talk) -> Replies:
    """A short code or a pasted link, by itself."""
    said = talk.said
    return enter(talk, said.text) if key_in(said.text) and not said.photos else None


@catches(6, before_joining=True)
def typed_answer(talk: Talk) -> Replies:
    """The answer to the question for consent, in words or by its number."""
    offered = [o.data for o in talk.person.offered]
    if joined(talk) or AGREE.data not in offered:
        return None
    hits = match_choice(talk.said.text, [o.label for o in talk.person.offered])
    chosen = [offered[i].rpartition(":")[2] for i in hits]
    if (word := keyword(talk.said.text)) in (Word.YES, Word.NO):
        chosen = ["dongy" if word is Word.YES else "khong"]
    return start(talk, chosen[0]) if len(chosen) == 1 else None


def joined(talk: Talk) -> bool:
    return talk.person.member_id is not None and talk.person.state in members.REACHED


def welcome(talk: Talk) -> Replies:
    if talk.person.draft_id is not None:
        return talk.reply("Trợ lý đang làm quen với {ac} ạ.")
    mine = (Draft.account_id == talk.person.account_id, Draft.form == FORM.name)
    if draft_id := talk.session.scalar(select(Draft.id).where(*mine).limit(1)):
        talk.resume(draft_id)
        return talk.reply("Kính chào lại {ac}. Mời {ac} trả lời nốt ạ.")
    row = invitations.remembered(talk.session, talk.person.account_id, talk.now)
    text = talk.say(
        consent.SHORT, don_vi=talk.organisation.name, o_ngoai=consent.abroad(talk.person.platform)
    )
    invited = talk.say(_invited_line(talk, row)) if row else ""
    known = (leaving.ERASE_TOO,) if talk.person.state == "withdrawn" else ()
    return Reply(f"{invited}{text}", options=(AGREE, DISAGREE, READ, *known))


def _invited_line(talk: Talk, row: Invitation) -> str:
    unit = members.unit_name(talk.session, row.unit_id)
    role = ROLE_LABELS[Role(row.role)]
    return f"Thư mời của {unit} ({role}).\n\n"


def read_all(talk: Talk) -> Reply:
    text = talk.say(
        consent.FULL,
        don_vi=talk.organisation.name,
        lien_he=consent.contact_line(talk.organisation.contact),
        o_ngoai=consent.abroad(talk.person.platform),
        rut=consent.WITHDRAW_DAYS,
        xoa=consent.ERASE_DAYS,
    )
    question = talk.say("{Ac} đồng ý không ạ?")
    return Reply(f"{text}\n\n{question}", options=(AGREE, DISAGREE))


def refuse(talk: Talk) -> Reply:
    """Nothing is kept but the account's own number, which any message brings again."""
    forget_drafts(talk)
    return talk.reply(consent.REFUSED)


def forget_drafts(talk: Talk) -> None:
    mine = (Draft.account_id == talk.person.account_id, Draft.form == FORM.name)
    talk.session.execute(delete(Draft).where(*mine))
    talk.person.draft_id = None


def agree(talk: Talk) -> None:
    """Only now is anything written down: the first question opens the draft."""
    forget_drafts(talk)
    given: dict[str, Answer] = {
        "dong_y": {"v": f"{consent.VERSION} {talk.now.isoformat()}", "t": ""}
    }
    row = invitations.remembered(talk.session, talk.person.account_id, talk.now)
    if row and members.is_place(talk.session, row.unit_id):
        given["moi"] = {"v": str(row.unit_id), "t": ""}
    talk.open(FORM, given)


# -- an invitation ------------------------------------------------------------------------


def enter(talk: Talk, typed: str) -> Replies:
    """Use the invitation in what was typed or tapped."""
    account = talk.person.account_id
    entry = invitations.redeem(talk.session, typed, account, by_account(account), talk.now)
    if entry.way is Way.REFUSED:
        refusal = Reply(entry.refusal)
        return refusal if joined(talk) else [refusal, *_as_list(welcome(talk))]
    return entered(talk, entry)


def entered(talk: Talk, entry: Entry) -> Replies:
    """What an invitation that was just used leads to."""
    row = entry.invitation
    if entry.way is Way.ASK or row is None:
        forget_drafts(talk)
        return welcome(talk)
    if entry.way is Way.LINKED:
        return _linked(talk, row)
    now_is(talk, own_member(talk))
    if entry.way is Way.WAITS:
        return _waits(talk, row.unit_id)
    if entry.way is Way.JOINED:
        role = role_over(talk, row.role, row.unit_id)
        return with_menu(talk, talk.reply("Từ nay {ac} là {role}. Cảm ơn {ac}!", role=role))
    return welcome_back(talk)


def _as_list(replies: Replies) -> list[Reply]:
    return [replies] if isinstance(replies, Reply) else list(replies or ())


def _linked(talk: Talk, row: Invitation) -> Replies:
    forget_drafts(talk)
    member = talk.session.get_one(Member, row.member_id)
    where = PLATFORMS.get(talk.person.platform, talk.person.platform)
    note = (
        "Một tài khoản mới ({where}) vừa nối với hồ sơ của {ac}. Nếu không phải {ac} làm, "
        "xin nhắn “hồ sơ của tôi” để bỏ tài khoản ấy."
    )
    tell(talk, member.id, f"linked:{row.id}", note, where=where)
    talk.letters[:] = [x for x in talk.letters if x.account_id != talk.person.account_id]
    now_is(talk, member)
    talk.did("link", "member", member.id, account=talk.person.account_id)
    hello = "Tài khoản này đã nối với hồ sơ của {ac} {name}."
    return with_menu(talk, talk.reply(hello, name=member.name))


def _waits(talk: Talk, unit_id: int) -> Reply:
    wish = joining.open_wish(talk.session, own_member(talk).id)
    if wish:
        announce(talk, wish)
    who = waiting_line(talk, unit_id)
    return talk.reply("Trợ lý đã báo {who}. Trong lúc chờ, {ac} vẫn ghi phiếu được ạ.", who=who)


def welcome_back(talk: Talk) -> Replies:
    hello = talk.reply("Kính chào lại {ac} {name}.", name=talk.person.name)
    if talk.person.state == "pending" and talk.person.unit_id is None:
        return talk.reply("Kính chào lại {ac}. Mời {ac} chọn lại đơn vị ạ.", CHOOSE_AGAIN)
    if talk.person.state == "pending":
        unit = members.unit_name(talk.session, talk.person.unit_id)
        wait = "Hồ sơ của {ac} đang chờ {unit} đồng ý; {ac} vẫn ghi phiếu được ạ."
        return with_menu(talk, hello, talk.reply(wait, unit=unit))
    return with_menu(talk, hello)


# -- the questions --------------------------------------------------------------------------


@submits(FORM)
def join(talk: Talk, answers: Answers, key: str) -> Replies:
    if joined(talk):  # linked to a member meanwhile
        return welcome_back(talk)
    version, _, at = answers["dong_y"]["v"].partition(" ")
    member = members.create(
        talk.session,
        root_id=talk.organisation.root_id,
        account_id=talk.person.account_id,
        name=without_title(answers["ten"]["v"])[1],
        address=answers["xung_ho"]["v"],
        consent_version=version,
        consent_at=type(talk.now).fromisoformat(at),
        now=talk.now,
    )
    arrived = _arrived(talk, member, answers["don_vi"]["v"] if "don_vi" in answers else None)
    talk.did("join", "member", member.id)
    return arrived


def _arrived(talk: Talk, member: Member, place_id: int | None) -> Replies:
    row = invitations.remembered(talk.session, talk.person.account_id, talk.now)
    way = invitations.complete(talk.session, talk.person.account_id, member, place_id, talk.now)
    now_is(talk, member)
    thanks = talk.reply("Trợ lý cảm ơn {ac} {name}.", name=member.name)
    if way is Way.JOINED and row:
        role = role_over(talk, row.role, row.unit_id)
        return with_menu(talk, thanks, talk.reply("Từ nay {ac} là {role}.", role=role))
    if member.unit_id is None:  # the invitation was taken back meanwhile
        return [thanks, talk.reply("Mời {ac} chọn đơn vị của mình ạ.", CHOOSE_AGAIN)]
    return with_menu(talk, thanks, _waits(talk, member.unit_id))
