"""Quản lý: messages that could not be delivered, why, and sending them again."""

import re

from bot.conversation.channels import channel
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import clock
from bot.domain.roles import Act
from bot.domain.text import cut, one_line
from bot.errors import Refused
from bot.handlers.people import may, units_where
from bot.handlers.registry import Part, Talk, action, adds_to
from bot.logs import redact
from storage import members, unsent
from storage.scope import Scope
from storage.unsent import Unsent

PAGE = 8
WORDS = 60
CODE = re.compile(r"DVK-(\d{4})-(\d{4,5})")
# News made of an initiative's code, or of none: what else a message holds is between the bot and
# its reader. The key of a message begins with what it is.
READABLE = frozenset(
    ("arrived", "accepted", "returned", "bundle", "join", "joined", "refused", "ended", "voice")
)
KINDS = {
    "re": "câu trả lời của Trợ lý",
    "inspected": "kết quả kiểm tra một mô hình",
    "sorry": "lời xin lỗi của Trợ lý",
    "slow": "tin về ảnh gửi chậm",
    "flood": "lời nhắc nhắn chậm lại",
    "photo": "tin về ảnh chưa dùng được",
    "unreachable": "tin về người không nhắn được",
    "moved": "tin về một bước của mô hình",
    "merged": "tin về việc gộp mô hình",
    "target": "đề nghị đổi chỉ tiêu",
    "target_decided": "tin về chỉ tiêu",
    "handed": "tin bàn giao",
    "recommendation": "tin về kiến nghị sau kiểm tra",
    "plan": "kế hoạch kiểm tra",
}
GONE = (
    "blocked", "deactivated", "kicked", "not found", "forbidden", "initiate conversation",
    "peer_id_invalid", "chat_restricted", "chat_write", "rights to send",
)  # fmt: skip
AWAY = (
    "no answer", "time", "connect", "network", "trouble", "asked to wait", "too many", "gateway",
    "no json", "no object", "no result", "token",
)  # fmt: skip


@adds_to("manage", 94)
def button(talk: Talk) -> Part | None:
    """For who may see them, when there are any."""
    number = unsent.count(talk.session, _units(talk), talk.now, talk.today) if _units(talk) else 0
    return Part(options=(Option(f"Tin chưa gửi được ({number})", "ql_tin"),)) if number else None


def _units(talk: Talk) -> tuple[int, ...]:
    return units_where(talk, Act.PERSONAL_DATA)


@action("ql_tin")
def listed(talk: Talk, skip: str = "0") -> Reply:
    if not _units(talk):
        raise Refused(talk.say("Mục này dành cho quản trị ạ."))
    first = max(int(skip), 0)
    about = (_units(talk), talk.now, talk.today)
    found = unsent.of_units(talk.session, *about, PAGE + 1, first)
    if not found:
        return talk.reply("Không còn tin nào chưa gửi được ạ.", Option("Quản lý", "cmd:quanly"))
    lines = [f"{n}. {_line(talk, one)}" for n, one in enumerate(found[:PAGE], 1)]
    options = [Option(f"Gửi lại cho {cut(o.member.name, 30)}", f"ql_gui:{o.id}") for o in found]
    if len(found) > PAGE:
        options[PAGE:] = [Option("Xem tiếp", f"ql_tin:{first + PAGE}")]
    head = "TIN CHƯA GỬI ĐƯỢC trong 14 ngày qua (mới nhất trước):"
    ask = "Muốn gửi lại tin nào, {ac} chọn số của tin ấy."
    return talk.reply("\n".join([head, "{lines}", ask]), *options, lines="\n".join(lines))


def _line(talk: Talk, one: Unsent) -> str:
    unit = members.unit_name(talk.session, one.member.unit_id)
    when = clock(talk.local(one.at))
    to = f"{one.member.name} ({unit}), qua {channel(one.platform).label}, {when}"
    return f"{to}: {what(talk, one)}. {why(one)}."


def what(talk: Talk, one: Unsent) -> str:
    """Its first words where whoever asks may read them, else only what kind of message it is."""
    kind, text, code = one.key.partition(":")[0], one.reply.text, one.reply.code
    if one.reply.screen:
        return "câu hỏi trong phiếu đang ghi"
    if kind == "re" and code:
        return "biên nhận phiếu" if CODE.fullmatch(code) else "thư mời hoặc mã"
    if kind not in READABLE or _hides(talk, one):
        return KINDS.get(kind, "tin báo")
    return f"“{cut(one_line(redact(text)), WORDS)}”"


def _hides(talk: Talk, one: Unsent) -> bool:
    """Whether it names an initiative that whoever asks may not see by their roles."""
    codes = {(int(year), int(number)) for year, number in CODE.findall(one.reply.text)}
    eyes = Scope.of(None, talk.person.grants)
    return unsent.hidden(talk.session, one.member.root_id, codes, eyes)


def why(one: Unsent) -> str:
    said = one.error.lower()
    if any(word in said for word in GONE) or not one.reachable:
        return "Người nhận đã chặn Trợ lý hoặc bỏ tài khoản"
    if not said or any(word in said for word in AWAY):
        return "Mạng trục trặc nên không biết chắc tin đã tới chưa"
    return f"{channel(one.platform).label} từ chối nội dung tin"


@action("ql_gui")
def send_again(talk: Talk, row_id: str) -> Reply:
    one = unsent.find(talk.session, int(row_id), talk.now)
    more = Option("Tin chưa gửi được", "ql_tin")
    if one is None:
        return talk.reply("Tin ấy đã tới hoặc đã cũ nên không gửi lại nữa ạ.", more)
    if not may(talk, Act.PERSONAL_DATA, one.member.unit_id):
        raise Refused(talk.say("Việc này dành cho quản trị của đơn vị ấy ạ."))
    unsent.send_again(talk.session, one.id, talk.now)
    talk.did("send_again", "outbox", one.id)
    done = "Trợ lý đang gửi lại cho {name}. Vẫn chưa được thì tin sẽ trở lại danh sách ạ."
    return talk.reply(done, more, name=one.member.name)
