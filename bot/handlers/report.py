"""Registering an initiative: what is asked, and what becomes of the answers."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from bot.conversation.form import Answers, Choice, Form, Kind, Step
from bot.conversation.messages import Option, Reply
from bot.domain.partial_dates import PartialDate, clock
from bot.domain.registration import KINDS as KIND_NAMES
from bot.domain.registration import as_update, registration
from bot.handlers import notices
from bot.handlers.people import ELSE
from bot.handlers.registry import Talk, command, submits
from bot.handlers.replication import credit, origin_said
from bot.handlers.sent import own
from storage import drafts, duplicates, enrolments, reports, support
from storage.tables.records import Enrolment, Initiative, Report

KINDS = (
    Choice("collective", KIND_NAMES["collective"], ("tt",)),
    Choice("individual", KIND_NAMES["individual"], ("cn", "cá nhân", "hộ gia đình", "gia đình")),
)
ORIGINS = (
    Choice("planned", "Đăng ký mới"),
    Choice("continued", "Tiếp tục từ năm trước", ("tiếp tục", "duy trì")),
    Choice("unplanned", "Phát sinh ngoài đăng ký", ("phát sinh",)),
)
SUPPORT = (
    Choice("khong", "Không cần", ("không", "không có")),
    Choice("von", "Vốn"),
    Choice("ky_thuat", "Kỹ thuật"),
    Choice("thu_tuc", "Thủ tục, chính sách"),
    Choice("khac", "Khác"),
)


def _new(answers: Answers) -> bool:
    """Not the correction of a report that was sent."""
    return "phieu" not in answers


def _other_year(answers: Answers) -> bool:
    return "nam" in answers and answers["nam"]["v"] == "other"


def _continued(answers: Answers) -> bool:
    if not _new(answers):
        return False
    said = [str(answers[k]["v"] or "") for k in ("nam", "loai") if k in answers]
    return any(s.endswith("continued") for s in said)


def _fair_year(value: Any, answers: Answers, today: date) -> str:
    if len(str(value)) != 4 or not 2000 <= int(str(value)) <= today.year + 1:
        return f"{{Ac}} ghi một năm từ 2000 đến {today.year + 1} ạ, ví dụ: 2022."
    return ""


def _not_far_ahead(value: Any, answers: Answers, today: date) -> str:
    late = PartialDate.from_json(value).start > today + timedelta(days=366)
    return "Ngày bắt đầu này xa quá (hơn một năm nữa). {Ac} ghi lại giúp ạ." if late else ""


BEHALF = Step(
    "thay", Kind.TEXT, "Ghi thay người đã đồng ý",
    "{Ac} ghi thay cho ai ạ? Xin chỉ ghi tên khi người ấy đã đồng ý.", "Ví dụ: bà Nguyễn Thị Tư",
    least=2, most=100, personal=True, required=False, later=True,
)  # fmt: skip
"""Whoever cannot write themselves: the name given here says that they were asked."""

FORM = Form(
    "dk",
    "Phiếu báo cáo mô hình",
    (
        Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("goc", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("nam", Kind.CHOICE, "Loại phiếu", "Mô hình này thuộc loại nào ạ?", offer="years"),
        Step("nam_khac", Kind.DATE, "Năm", "Mô hình của năm nào ạ? Ví dụ: 2022",
             "Ví dụ: 2022", when=_other_year, check=_fair_year),
        Step("loai", Kind.CHOICE, "Năm ấy", "Năm ấy mô hình là loại nào ạ?", options=ORIGINS,
             when=_other_year),
        Step("cu", Kind.INITIATIVE, "Tiếp tục của",
             "Tiếp tục mô hình nào ạ? {Ac} chọn, hoặc gõ tên.",
             offer="earlier", about=("nam", "nam_khac"), when=_continued, required=False,
             silent_without_choices=True),
        Step("ten", Kind.TEXT, "Tên", "Tên mô hình là gì ạ? Ví dụ: Nhà sạch, vườn đẹp",
             "Ví dụ: Nhà sạch, vườn đẹp", least=5, most=150),
        Step("linh_vuc", Kind.CHOICE, "Lĩnh vực", "Mô hình thuộc lĩnh vực nào ạ?",
             "Ví dụ: gõ 1, hoặc gõ “kinh tế”", offer="sectors", about=("nam", "nam_khac")),
        Step("hinh_thuc", Kind.CHOICE, "Hình thức",
             "Mô hình của tập thể hay của cá nhân, gia đình ạ?", options=KINDS),
        Step("chu_the", Kind.TEXT, "Chủ thể",
             "Ai hoặc tổ chức nào đang làm ạ? Ví dụ: Chi hội Cựu chiến binh thôn Đại Tiến",
             "Ví dụ: gia đình anh Hồ Văn Hà", least=2, most=120, personal=True),
        Step("dang_ky_boi", Kind.UNIT, "Đăng ký bởi",
             "Cơ quan, tổ chức nào đăng ký ạ? {Ac} chọn, hoặc gõ tên.",
             "Ví dụ: Hội LHPN xã Thạch Đài", offer="bodies", about=("nam", "nam_khac")),
        Step("dia_ban", Kind.UNIT, "Địa bàn",
             "Mô hình thực hiện ở xã nào ạ? {Ac} chọn, hoặc gõ tên.",
             "Ví dụ: Thạch Lạc", offer="places", about=("nam", "nam_khac")),
        Step("trung", Kind.CHOICE, "",
             "Đơn vị đã có mô hình gần giống trong năm. Có phải mô hình này không ạ?",
             offer="near_duplicates",
             about=("ten", "dia_ban", "dang_ky_boi", "nam", "nam_khac", "linh_vuc", "chu_the",
                    "anh"),
             required=False, silent_without_choices=True, when=_new),
        Step("noi_dung", Kind.TEXT, "Cách làm",
             "{Ac} tóm tắt cách làm trong vài câu ạ: làm gì, ai cùng làm?",
             "Ghi: làm gì, ai tham gia? Ví dụ: 45 hộ cùng quét dọn, trồng hoa mỗi sáng thứ bảy.",
             least=20, most=1500),
        Step("thon", Kind.UNIT, "Thôn, tổ dân phố",
             "Thôn, tổ dân phố nào ạ? Nhiều nơi thì gửi từng nơi một, xong thì gõ “xong”.",
             offer="hamlets", about=("dia_ban",), free=True, several=True, required=False,
             later=True),
        Step("quy_mo", Kind.QUANTITY, "Quy mô",
             "Rộng bao nhiêu, mấy hộ hoặc mấy người tham gia ạ? Ví dụ: 4.200 m²; 45 hộ; 500 triệu",
             "Ví dụ: 45 hộ", required=False, later=True),
        Step("ket_qua", Kind.TEXT, "Kết quả", "Kết quả, hiệu quả đến nay ạ? Nên có con số.",
             "Ví dụ: thu nhập mỗi hộ tăng 20 triệu một năm", least=5, most=1500, required=False,
             later=True),
        Step("bat_dau", Kind.DATE, "Bắt đầu",
             "Bắt đầu từ khi nào ạ? Ví dụ: 15/3/2026, tháng 3, quý I", "Ví dụ: tháng 3/2026",
             required=False, later=True, check=_not_far_ahead),
        Step("ho_tro", Kind.CHOICE, "Cần hỗ trợ", "Có cần hỗ trợ gì không ạ?", options=SUPPORT,
             free=True, most=500, required=False, later=True),
        Step("lien_he", Kind.PHONE, "Điện thoại",
             "Số điện thoại người phụ trách ạ? (Chỉ cán bộ theo dõi thấy; xin hỏi người ấy trước.)",
             "Ví dụ: 0912 345 678", required=False, later=True),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh (tối đa 5). Xong thì gõ “xong”.", most=5,
             required=False, later=True),
        Step("vi_tri", Kind.PLACE, "Vị trí", "{Ac} chia sẻ vị trí nếu tiện, gõ chỗ, hoặc bỏ qua ạ.",
             required=False, later=True),
        BEHALF,
    ),
)  # fmt: skip

RECEIVED = "Trợ lý đã nhận phiếu {code}, lúc {when}. Cảm ơn {ac}.\n{reviewer} Xem lại: gõ {code}."
NEWS = "Mô hình này năm {year} đã có phiếu, nên phiếu của {ac} là cập nhật của mô hình ấy.\n"
NOBODY = "Chưa có ai xem phiếu của đơn vị này; khi có đầu mối, người ấy sẽ thấy phiếu ngay."


@command("dangky", "Đăng ký mô hình", menu=2, words=("dang ky", "dang ky mo hinh moi"))
def begin(talk: Talk, argument: str) -> Reply | None:
    """Open the form; one that is not finished is offered first."""
    here, fresh = talk.person.draft_id, argument == "moi"
    mine = (talk.session, talk.member_id, FORM.name, here)
    found = None if fresh else drafts.of_form(*mine)
    if found is None:
        talk.open(FORM)
        return None
    if found.id == here:
        return talk.reply("{Ac} đang ghi phiếu này ạ. Muốn ghi phiếu khác, {ac} nhắn /dangky moi.")
    return talk.reply(
        "{Ac} còn một phiếu đang làm dở: {title}.",
        Option("Làm tiếp phiếu ấy", f"tiep:{found.id}", "primary"),
        Option("Ghi phiếu mới", "cmd:dangky:moi"),
        title=drafts.title(found),
    )


@submits(FORM)
def save(talk: Talk, answers: Answers, key: str) -> Reply:
    """A new report, or a new version of one that is being corrected."""
    if done := reports.by_key(talk.session, key):  # sent twice: the first one stands
        return receipt(talk, done, notices.reviewers(talk, done))
    if "phieu" in answers:
        report = _correct(talk, answers, answers["phieu"]["v"])
    else:
        report = _create(talk, answers, key)
    talk.did("correct" if report.version > 1 else "send", "report", report.id)
    support.note(talk.session, report, talk.now)
    duplicates.note_photos(talk.session, report)
    return receipt(talk, report, notices.arrived(talk, report))


def _create(talk: Talk, answers: Answers, key: str) -> Report:
    given = replace(registration(answers), copied_from=origin_said(talk, answers))
    there = given.same_as
    existing = enrolments.of_year(talk.session, there, given.year) if there else None
    if existing is None or existing.state == "withdrawn":
        kind = "register"
        existing = enrolments.enrol(talk.session, talk.organisation.root_id, given, talk.now)
    else:  # the same initiative is not counted twice
        known = talk.session.get_one(Initiative, existing.initiative_id)
        kind, answers = "update", as_update(answers, known.id, f"{known.code} {known.name}")
    return reports.add(
        talk.session, key=key, kind=kind, enrolment=existing, author_id=talk.member_id,
        answers=answers, has_results=given.has_results, now=talk.now,
    )  # fmt: skip


def _correct(talk: Talk, answers: Answers, report_id: int) -> Report:
    report = own(talk, str(report_id))
    given = registration(answers)
    reports.correct(talk.session, report, answers, given.has_results, talk.member_id, talk.now)
    enrolment = talk.session.get_one(Enrolment, report.enrolment_id)
    enrolments.change(talk.session, enrolment, given, talk.today)
    return report


def receipt(talk: Talk, report: Report, who: Mapping[int, str]) -> Reply:
    """What the author gets: the code, and who will look at it."""
    initiative = talk.session.get_one(Initiative, report.initiative_id)
    news = ""
    if report.kind == "update" and "ten" in report.answers:
        news = talk.say(NEWS, year=talk.session.get_one(Enrolment, report.enrolment_id).year)
    elif initiative.origin_id and (origin := credit(talk, initiative)):
        news = f"Mô hình này {origin}.\n"
    reply = talk.reply(
        news + RECEIVED,
        Option("Xem phiếu", f"phieu:{report.id}"),
        ELSE,
        code=initiative.code,
        when=clock(talk.local(report.sent_at)),
        reviewer=_reviewer(who),
    )
    return replace(reply, code=initiative.code)


def _reviewer(who: Mapping[int, str]) -> str:
    if not who:
        return NOBODY
    name = next(iter(who.values()))
    return f"{name[:1].upper()}{name[1:]} sẽ xem và báo lại tại đây."
