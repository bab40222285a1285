"""Hồ sơ của tôi: what is stored about me, put right, taken along, linked to another account."""

import json

from bot.conversation.form import Answers, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.invitations import OWN_LINK_LASTS, grouped
from bot.domain.partial_dates import plain_date
from bot.domain.phones import format_phone
from bot.domain.roles import Role
from bot.domain.text import without_title
from bot.handlers.joining import move
from bot.handlers.people import file_of, grants_in_words, local_day, now_is, own_member
from bot.handlers.registry import Replies, Talk, action, command, submits
from bot.handlers.start import ADDRESS, NAME, PLATFORMS, UNIT
from bot.presentation.my_data import as_words
from storage import invitations, joining, members, personal_data
from storage.tables.people import Account, Member

NAME_FORM = Form("hs_ten", "Sửa tên", (NAME,), "lưu", straight=True)
ADDRESS_FORM = Form("hs_xungho", "Sửa cách xưng hô", (ADDRESS,), "lưu", straight=True)
UNIT_FORM = Form("hs_donvi", "Đổi đơn vị", (UNIT,))
PHONE_FORM = Form(
    "hs_sdt",
    "Sửa số điện thoại",
    (
        Step(
            "sdt",
            Kind.PHONE,
            "Số điện thoại",
            "Số điện thoại của {ac} là gì ạ? Muốn xóa số đã lưu, {ac} nhắn “bỏ qua”.",
            help="Ví dụ: 0912 345 678",
            required=False,
        ),
    ),
    "lưu",
)
BODY_FORM = Form(
    "hs_tochuc",
    "Thêm tổ chức",
    (
        Step(
            "to_chuc",
            Kind.UNIT,
            "Tổ chức",
            "{Ac} sinh hoạt ở chi bộ, hội, đoàn thể hoặc cơ quan nào ạ?",
            help="Ví dụ: Hội LHPN xã Thạch Đài",
            offer="bodies",
        ),
    ),
    "lưu",
)
OPENS = {
    "ten": NAME_FORM,
    "xungho": ADDRESS_FORM,
    "sdt": PHONE_FORM,
    "donvi": UNIT_FORM,
    "tochuc": BODY_FORM,
}
OPTIONS = (
    Option("Sửa tên", "hs:ten"),
    Option("Sửa cách xưng hô", "hs:xungho"),
    Option("Sửa số điện thoại", "hs:sdt"),
    Option("Đổi đơn vị", "hs:donvi"),
    Option("Thêm tổ chức tôi sinh hoạt", "hs:tochuc"),
    Option("Tải dữ liệu của tôi", "hs:tai"),
    Option("Nối tài khoản khác", "hs:noi"),
    Option("Rút lại đồng ý", "roi:rut"),
    Option("Đề nghị xóa", "roi:xoa"),
)


@command("hosotoi", "Hồ sơ của tôi", words=("ho so",), menu=9)
def profile(talk: Talk, argument: str = "") -> Reply:
    member = own_member(talk)
    lines = [
        f"HỒ SƠ CỦA {{ac_hoa}}\n- Họ tên: {{ten}}\n- Xưng hô: {member.address}",
        f"- Đơn vị: {_place(talk, member)}",
        *_optional_lines(talk, member),
        "- Tài khoản: {tai_khoan}",
        f"- Đồng ý lưu dữ liệu: {local_day(talk, member.consent_at)}",
    ]
    accounts = ", ".join(PLATFORMS.get(a.platform, a.platform) for a in _accounts(talk))
    text = talk.say(
        "\n".join(lines),
        ac_hoa=member.address.upper(),
        ten=member.name,
        tai_khoan=accounts,
    )
    return Reply(text, options=(*OPTIONS, *_unlink_options(talk)))


def _place(talk: Talk, member: Member) -> str:
    unit = members.unit_name(talk.session, member.unit_id)
    wish = joining.open_wish(talk.session, member.id)
    asked = members.unit_name(talk.session, wish.unit_id) if wish else ""
    if member.state == "pending":
        return f"{asked} (đang chờ đồng ý)" if asked else "chưa chọn"
    return f"{unit} (đang xin chuyển sang {asked})" if asked else unit


def _optional_lines(talk: Talk, member: Member) -> list[str]:
    """Lines about what only some people have."""
    bodies = "; ".join(u.name for u in personal_data.bodies_of(talk.session, member.id))
    special = tuple(g for g in talk.person.grants if g.role is not Role.MEMBER)
    found = {
        "Tổ chức": bodies,
        "Số điện thoại": format_phone(member.phone) if member.phone else "",
        "Vai trò": grants_in_words(talk, special),
    }
    return [f"- {label}: {words}" for label, words in found.items() if words]


def _accounts(talk: Talk) -> list[Account]:
    ids = members.accounts_of(talk.session, own_member(talk).id)
    return [talk.session.get_one(Account, one) for one in ids]


def _unlink_options(talk: Talk) -> list[Option]:
    return [
        Option(f"Bỏ tài khoản {PLATFORMS.get(a.platform, a.platform)} kia", f"hs:bo:{a.id}")
        for a in _accounts(talk)
        if a.id != talk.person.account_id
    ]


@action("hs")
def change(talk: Talk, what: str, account_id: str = "") -> Replies:
    if what in OPENS:
        talk.open(OPENS[what])
        return None
    if what == "bo":
        return _unlink(talk, int(account_id))
    if what == "noi":
        return link_another(talk)
    if what == "tai":
        return take_along(talk)
    raise ValueError(what)


# -- put right ------------------------------------------------------------------------------


@submits(NAME_FORM)
def set_name(talk: Talk, answers: Answers, key: str) -> Reply:
    members.rename(own_member(talk), without_title(answers["ten"]["v"])[1])
    return _saved(talk)


@submits(ADDRESS_FORM)
def set_address(talk: Talk, answers: Answers, key: str) -> Reply:
    own_member(talk).address = answers["xung_ho"]["v"]
    return _saved(talk)


@submits(PHONE_FORM)
def set_phone(talk: Talk, answers: Answers, key: str) -> Reply:
    own_member(talk).phone = answers["sdt"]["v"] if "sdt" in answers else ""
    return _saved(talk)


@submits(BODY_FORM)
def add_body(talk: Talk, answers: Answers, key: str) -> Reply:
    joining.add_body(talk.session, own_member(talk).id, answers["to_chuc"]["v"])
    return _saved(talk)


@submits(UNIT_FORM)
def change_unit(talk: Talk, answers: Answers, key: str) -> Reply:
    return move(talk, answers["don_vi"]["v"])


def _saved(talk: Talk) -> Reply:
    talk.session.flush()
    now_is(talk, own_member(talk))
    talk.did("change", "member", talk.member_id)
    return talk.reply("Đã ghi theo ý {ac}.", Option("Xem hồ sơ", "cmd:hosotoi"))


# -- taken along, linked ----------------------------------------------------------------------


def take_along(talk: Talk) -> Replies:
    data = personal_data.export_my_data(talk.session, own_member(talk).id)
    today = plain_date(talk.today)
    readable = file_of(talk, as_words(data, today).encode(), "du-lieu-cua-toi.txt", "text/plain")
    raw = json.dumps(data, ensure_ascii=False, indent=2).encode()
    machine = file_of(talk, raw, "du-lieu-cua-toi.json", "application/json")
    counts = "{phieu} phiếu đã gửi, {nhap} phiếu nháp, {anh} ảnh"
    text = talk.say(
        f"Đây là tất cả những gì được lưu về {{ac}}, ngày {today}: hồ sơ, {counts}. "
        "Tệp thứ nhất để đọc, tệp thứ hai để đưa sang máy khác.",
        phieu=len(data["reports"]),
        nhap=len(data["drafts"]),
        anh=len(data["photos"]),
    )
    return [Reply(text, file=readable), Reply("", file=machine)]


def link_another(talk: Talk) -> Reply:
    member = own_member(talk)
    fresh = invitations.create(
        talk.session,
        unit_id=member.unit_id or talk.organisation.root_id,
        role=Role.MEMBER,
        now=talk.now,
        lasts=OWN_LINK_LASTS,
        by=member.id,
        member_id=member.id,
    )
    text = talk.say(
        "Trong 15 phút, ở nơi nhắn tin kia {ac} gõ mã {code} (dùng được một lần). "
        "Xin đừng đưa mã này cho ai.",
        code=grouped(fresh.code),
    )
    return Reply(text, code=grouped(fresh.code))


def _unlink(talk: Talk, account_id: int) -> Reply:
    account = next((a for a in _accounts(talk) if a.id == account_id), None)
    if account is None or account.id == talk.person.account_id:
        raise ValueError(account_id)
    members.unlink(talk.session, account, talk.person.account_id)
    talk.did("unlink", "member", talk.member_id, account=account_id)
    return talk.reply("Đã bỏ tài khoản ấy; từ đó không vào hồ sơ của {ac} được nữa.")
