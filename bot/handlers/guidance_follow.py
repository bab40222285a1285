"""What became of a message from above: how many have seen it, who has not, nudging, taking back."""

from datetime import datetime, time

from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import plain_date
from bot.domain.roles import ROLE_LABELS, Act, Role
from bot.domain.text import capital, cut
from bot.errors import Refused
from bot.handlers.people import ELSE, may, tell, units_where
from bot.handlers.registry import Part, Talk, action, adds_to, command
from bot.handlers.seeing import who
from storage import guidance, members
from storage.guidance import DONE, NUDGES, SEEN
from storage.photos import clean_names
from storage.tables.people import Member
from storage.tables.reminders import Guidance

PAGE = 8
NOT_YOURS = (
    "Chỉ đạo này ngoài phần {ac} được theo dõi ạ. {Ac} nhắn “chỉ đạo” để xem những gì mình gửi."
)
WORDS = {SEEN: "chưa xem", DONE: "chưa triển khai"}
SEE = Option("Các chỉ đạo, văn bản", "cd")
ALREADY = "Hôm nay đã nhắc những người {what} rồi ạ. Mai {ac} nhắc lại được."
NUDGE = "{who} nhắc: {ac} {what} chỉ đạo sau. {Ac} xem và trả lời giúp ạ.\n{text}"
TAKEN_BACK = "{who} đã thu hồi chỉ đạo “{text}”. {Ac} không phải làm theo nữa ạ."


@command("chidao", "Chỉ đạo, văn bản", act=Act.GUIDE_UNITS, words=("chi dao",))
def typed(talk: Talk, argument: str) -> Reply:
    return listed(talk)


@adds_to("manage", 54)
def in_management(talk: Talk) -> Part | None:
    seen = talk.can(Act.GUIDE_UNITS)
    return Part(options=(Option("Chỉ đạo, văn bản", "cd"),)) if seen else None


@action("cd")
def listed(talk: Talk, page: str = "0") -> Reply:
    if not talk.can(Act.GUIDE_UNITS):
        raise Refused(talk.say("Mục này dành cho lãnh đạo, người thẩm định, đầu mối ạ."))
    skip, units = max(int(page), 0) * PAGE, units_where(talk, Act.GUIDE_UNITS)
    rows = guidance.sent_to(talk.session, units, talk.today, PAGE + 1, skip)
    options = [Option(_line(talk, one), f"cd_tin:{one.id}") for one in rows[:PAGE]]
    if len(rows) > PAGE:
        options.append(Option("Xem tiếp", f"cd:{int(page) + 1}"))
    options.append(Option("Gửi chỉ đạo, văn bản", "cd_moi", "primary"))
    text = "Chỉ đạo, văn bản đã gửi (mới nhất trước):" if rows else "Chưa gửi chỉ đạo nào ạ."
    return talk.reply(text, *options, ELSE)


def _line(talk: Talk, one: Guidance) -> str:
    total, seen = (guidance.number(talk.session, one, a) for a in ("", SEEN))
    when = f"hẹn {plain_date(one.send_on)}" if _planned(talk, one) else f"xem {seen}/{total}"
    return f"{plain_date(one.send_on)}: {cut(one.text, 50)} ({when})"


def _planned(talk: Talk, one: Guidance) -> bool:
    return one.send_on > talk.today


def _followed(talk: Talk, guidance_id: str) -> Guidance:
    one = talk.session.get(Guidance, int(guidance_id))
    if one is None or not may(talk, Act.GUIDE_UNITS, one.unit_id):
        raise Refused(talk.say(NOT_YOURS))
    return one


@action("cd_tin")
def look(talk: Talk, guidance_id: str) -> Reply:
    one = _followed(talk, guidance_id)
    if one.state == "withdrawn":
        return talk.reply("Chỉ đạo này đã thu hồi.", SEE, ELSE)
    roles = ", ".join(ROLE_LABELS[Role(r)] for r in one.roles)
    sends = "sẽ gửi" if _planned(talk, one) else "gửi"
    head = f"{capital(who(talk, one.author_id))} {sends} ngày {plain_date(one.send_on)}, tới "
    lines = [head + f"{members.unit_name(talk.session, one.unit_id)} ({roles}):", one.text]
    lines += [f"Triển khai xong trước: {plain_date(one.due_on)}"] if one.due_on else []
    lines.append(_numbers(talk, one))
    photos = tuple(clean_names(talk.session, one.photos).values())
    return Reply("\n".join(lines), options=_options(talk, one), photos=photos)


def _numbers(talk: Talk, one: Guidance) -> str:
    total, seen, done = (guidance.number(talk.session, one, a) for a in ("", SEEN, DONE))
    if _planned(talk, one):
        return f"Sẽ gửi cho {total} người."
    carried = f"; chưa triển khai {total - done}, đã triển khai {done}" if one.due_on else ""
    return f"Gửi cho {total} người: chưa xem {total - seen}, đã xem {seen}{carried}."


def _options(talk: Talk, one: Guidance) -> tuple[Option, ...]:
    options = []
    for answer in (SEEN, DONE) if one.due_on else (SEEN,):
        left = guidance.number(talk.session, one) - guidance.number(talk.session, one, answer)
        if left and not _planned(talk, one):
            options += [
                Option(f"Ai {WORDS[answer]} ({left})", f"cd_chua:{one.id}:{answer}"),
                Option(f"Nhắc người {WORDS[answer]}", f"cd_nhac:{one.id}:{answer}"),
            ]
    if one.due_on and guidance.number(talk.session, one, DONE):
        options.append(Option("Đã triển khai thế nào", f"cd_kq:{one.id}"))
    return (*options, Option("Thu hồi", f"cd_thoi:{one.id}", "danger"), SEE)


# -- who has not, and how it was done -----------------------------------------------------------


@action("cd_chua")
def missing(talk: Talk, guidance_id: str, answer: str, page: str = "0") -> Reply:
    """By unit."""
    one, skip = _followed(talk, guidance_id), max(int(page), 0) * PAGE
    rows = guidance.without(talk.session, one, _known(answer), PAGE + 1, skip)
    lines = [f"– {m.unit.name}: {m.member.address} {m.member.name}" for m in rows[:PAGE]]
    options = [Option("Xem chỉ đạo này", f"cd_tin:{one.id}")]
    if rows:
        options.insert(0, Option(f"Nhắc người {WORDS[answer]}", f"cd_nhac:{one.id}:{answer}"))
    if len(rows) > PAGE:
        options.insert(0, Option("Xem tiếp", f"cd_chua:{one.id}:{answer}:{int(page) + 1}"))
    head = f"Những người {WORDS[answer]}:" if rows else f"Không còn ai {WORDS[answer]} ạ."
    return Reply("\n".join([head, *lines]), options=(*options, ELSE))


def _known(answer: str) -> str:
    if answer not in WORDS:
        raise ValueError(answer)
    return answer


@action("cd_kq")
def results(talk: Talk, guidance_id: str, page: str = "0") -> Reply:
    """What people wrote when they had carried it out, with their pictures."""
    one, skip = _followed(talk, guidance_id), max(int(page), 0) * PAGE
    rows = guidance.notes(talk.session, one.id, PAGE + 1, skip)
    lines = [_result(talk, row.member_id, row.note) for row in rows[:PAGE]]
    names = [row.photo for row in rows[:PAGE] if row.photo]
    options = [Option("Xem chỉ đạo này", f"cd_tin:{one.id}"), ELSE]
    if len(rows) > PAGE:
        options.insert(0, Option("Xem tiếp", f"cd_kq:{one.id}:{int(page) + 1}"))
    text = "\n".join(["Đã triển khai (mới nhất trước):", *lines])
    photos = tuple(clean_names(talk.session, names).values())
    return Reply(text, options=tuple(options), photos=photos)


def _result(talk: Talk, member_id: int, note: str) -> str:
    member = talk.session.get_one(Member, member_id)
    unit = members.unit_name(talk.session, member.unit_id)
    return f"– {unit}, {member.address} {member.name}: {cut(note, 200) or 'đã triển khai'}"


# -- nudging, taking back -----------------------------------------------------------------------


@action("cd_nhac")
def nudge(talk: Talk, guidance_id: str, answer: str, sure: str = "") -> Reply:
    """One tap for all of them, once a day."""
    one = _followed(talk, guidance_id)
    if one.state == "withdrawn" or _planned(talk, one):
        return look(talk, guidance_id)
    what, back = WORDS[_known(answer)], Option("Xem chỉ đạo này", f"cd_tin:{one.id}")
    midnight = datetime.combine(talk.today, time(), talk.zone)
    if guidance.nudged_since(talk.session, one.id, answer, midnight):
        return talk.reply(ALREADY, back, ELSE, what=what)
    people = [m.member.id for m in guidance.without(talk.session, one, answer)]
    if not people:
        return talk.reply("Không còn ai {what} ạ.", back, ELSE, what=what)
    if sure != "co":
        yes = Option(f"Nhắc {len(people)} người", f"cd_nhac:{one.id}:{answer}:co", "primary")
        ask = "Trợ lý sẽ nhắc {n} người {what}. {Ac} đồng ý chứ ạ?"
        return talk.reply(ask, yes, Option("Thôi", f"cd_tin:{one.id}"), n=len(people), what=what)
    talk.did(NUDGES[answer], "guidance", one.id)
    for member_id in people:
        _nudge(talk, one, answer, member_id)
    return talk.reply("Đã nhắc {n} người.", back, ELSE, n=len(people))


def _nudge(talk: Talk, one: Guidance, answer: str, member_id: int) -> None:
    see = Option("Xem và trả lời", f"cd_xem:{one.id}", "primary")
    said = {"who": capital(who(talk, talk.member_id)), "what": WORDS[answer]}
    key = f"nudge:{one.id}:{answer}:{talk.today}"
    tell(talk, member_id, key, NUDGE, see, text=cut(one.text, 300), **said)


@action("cd_thoi")
def withdraw(talk: Talk, guidance_id: str, sure: str = "") -> Reply:
    """Whom it has reached hears of that; nobody else does."""
    one = _followed(talk, guidance_id)
    if one.state == "withdrawn":
        return look(talk, guidance_id)
    if sure != "co":
        yes = Option("Đúng, thu hồi", f"cd_thoi:{one.id}:co", "danger")
        no = Option("Không, để nguyên", f"cd_tin:{one.id}")
        return talk.reply("Thu hồi chỉ đạo “{text}” ạ?", yes, no, text=cut(one.text, 100))
    reached = guidance.told(talk.session, one.id) - {talk.member_id}
    guidance.withdraw(talk.session, one, talk.now)
    talk.did("withdraw", "guidance", one.id)
    said = {"who": capital(who(talk, talk.member_id)), "text": cut(one.text, 100)}
    for member_id in sorted(reached):
        tell(talk, member_id, f"guidance-back:{one.id}", TAKEN_BACK, **said)
    number = len(reached)
    return talk.reply("Đã thu hồi. Trợ lý báo {n} người đã nhận.", SEE, ELSE, n=number)
