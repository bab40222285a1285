"""The inspection form: its fourteen questions and what their answers must be."""

from datetime import date
from typing import Any

from bot.conversation.form import Answers, Choice, Form, Json, Kind, Step
from bot.domain import inspecting
from bot.domain.inspecting import fails
from bot.domain.partial_dates import PartialDate, Precision

STOPPED = "Mô hình này đã dừng nên không kiểm tra được. {Ac} nhắn “quay lại” để chọn mô hình khác."
NEVER = "Mô hình này chưa có lần kiểm tra nào nên chưa phúc tra được. {Ac} chọn hình thức khác ạ."


def _choices(names: dict[str, tuple[str, ...]]) -> tuple[Choice, ...]:
    return tuple(Choice(key, label, tuple(words)) for key, (label, *words) in names.items())


def _said(key: str, *values: str) -> Any:
    """Whether this answer is one of these; without any, whether there is one."""

    def holds(answers: Answers) -> bool:
        value = answers[key]["v"] if key in answers else None
        return value in values if values else bool(value)

    return holds


def _failing(answers: Answers) -> bool:
    return "tieu_chi" in answers and fails(answers["tieu_chi"]["v"])


def _none_failing(answers: Answers) -> bool:
    return not _failing(answers)


def _fair_day(value: Json, answers: Answers, today: date) -> str:
    """Not ahead, and not before the year it was registered for."""
    known = answers["biet"]["v"] if "biet" in answers else {}
    if known.get("stopped"):
        return STOPPED
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day:
        return "{Ac} ghi rõ ngày ạ, ví dụ: hôm nay, hôm qua, 20/12/2022."
    if day.start > today:
        return "Ngày này chưa đến ạ. {Ac} ghi lại giúp."
    since = known.get("since") or 0
    if day.start.year < since:
        return f"Mô hình đăng ký từ năm {since}; xin {{ac}} ghi ngày từ 1/1/{since} ạ."
    return ""


def _again_after(value: Json, answers: Answers, today: date) -> str:
    known = answers["biet"]["v"] if "biet" in answers else {}
    if value == "phuc_tra" and not known.get("earlier"):
        return NEVER
    return ""


def future(value: Json, answers: Answers, today: date) -> str:
    day = PartialDate.from_json(value)
    if day.precision is not Precision.day or day.start <= today:
        return "Thời hạn là một ngày sau hôm nay ạ, ví dụ: 15/12."
    return ""


def _either(value: Json, answers: Answers, today: date) -> str:
    if {"cong_nhan", "dung"} <= set(value or ()):
        return "Đề nghị công nhận thì không đề nghị dừng ạ. {Ac} chọn một trong hai."
    return ""


FORM = Form(
    "kt",
    "Phiếu kiểm tra",
    (
        Step("phieu", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("noi", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("biet", Kind.CHOICE, "", "", hidden=True, required=False),
        Step("mo_hinh", Kind.INITIATIVE, "Mô hình",
             "Kiểm tra mô hình nào ạ? {Ac} chọn, hoặc gõ tên, mã, xã.",
             "Ví dụ: gõ 42, hoặc “rau củ quả”", offer="to_inspect", about=("noi",)),
        Step("ngay", Kind.DATE, "Ngày kiểm tra", "Kiểm tra ngày nào ạ? {Ac} chọn, hoặc gõ ngày.",
             "Ví dụ: hôm nay, 20/12/2022", offer="inspection_days", check=_fair_day),
        Step("hinh_thuc", Kind.CHOICE, "Hình thức", "Kiểm tra theo hình thức nào ạ?",
             options=_choices(inspecting.FORMS), check=_again_after),
        Step("truoc", Kind.MANY, "Lần trước đã xong",
             "Kiến nghị lần trước, việc nào đã xong ạ? Chưa việc nào xong thì gõ “xong”.",
             offer="asked_before", about=("mo_hinh",), when=_said("hinh_thuc", "phuc_tra"),
             required=False, silent_without_choices=True),
        Step("doan", Kind.CHOICE, "Đoàn kiểm tra",
             "Những ai tham gia đoàn ạ? Ghi trưởng đoàn trước.",
             "Ví dụ: Phan Quốc Tuấn, Lê Thị Hương", offer="team", free=True, least=2, most=300,
             personal=True),
        Step("hoat_dong", Kind.CHOICE, "Mô hình hiện", "Mô hình hiện thế nào ạ?",
             options=_choices(inspecting.WORKING)),
        Step("ly_do", Kind.TEXT, "Lý do dừng", "Vì sao mô hình đã dừng ạ?",
             "Ví dụ: hết thời vụ, chủ mô hình chuyển đi", least=5, most=500,
             when=_said("hoat_dong", "dung")),
        Step("tieu_chi", Kind.CHECKLIST, "Tiêu chí",
             "Tiêu chí nào chưa đạt hẳn ạ? Đạt cả thì nhắn “đạt hết”; không thì nhắn số, "
             "ví dụ: trừ 3, 5.", offer="criteria", marks=_choices(inspecting.MARKS)),
        Step("han_che", Kind.TEXT, "Mặt còn hạn chế", "Mặt còn hạn chế là gì ạ?",
             "Ví dụ: chưa có số liệu theo dõi", least=5, most=1500, when=_failing),
        Step("danh_gia", Kind.CHOICE, "Đánh giá chung", "Đánh giá chung ạ?", offer="verdicts"),
        Step("so_lieu", Kind.QUANTITY, "Số liệu thực tế",
             "Số liệu thực tế (số hộ, diện tích, thu nhập…) ạ?", "Ví dụ: 45 hộ; 4.200 m²",
             offer="registered_size", about=("mo_hinh",), required=False, later=True),
        Step("uu_diem", Kind.TEXT, "Mặt được", "Mặt được là gì ạ?",
             "Ví dụ: bà con chăm hoa đều", least=5, most=1500, required=False, later=True),
        Step("han_che_nho", Kind.TEXT, "Điều cần rút kinh nghiệm",
             "Điều gì còn cần rút kinh nghiệm ạ?", "Ví dụ: ghi chép chưa đều", least=5, most=1500,
             required=False, later=True, when=_none_failing),
        Step("kien_nghi", Kind.TEXT, "Kiến nghị", "Kiến nghị, yêu cầu khắc phục điều gì ạ?",
             "Ví dụ: làm biển tên mô hình", least=5, most=1500, required=False, later=True),
        Step("han", Kind.DATE, "Thời hạn khắc phục",
             "Thời hạn khắc phục đến ngày nào ạ? {Ac} chọn, hoặc gõ ngày.", "Ví dụ: 15/12",
             offer="deadlines", when=_said("kien_nghi"), check=future),
        Step("de_nghi", Kind.MANY, "Đề nghị", "Đề nghị gì cho mô hình ạ? Chọn được nhiều mục.",
             options=_choices(inspecting.PROPOSALS), required=False, later=True, check=_either),
        Step("anh", Kind.PHOTOS, "Ảnh", "{Ac} gửi ảnh hiện trường (tối đa 10). Xong thì gõ “xong”.",
             most=10, required=False, later=True),
        Step("vi_tri", Kind.PLACE, "Vị trí", "{Ac} chia sẻ vị trí nếu tiện, gõ chỗ, hoặc bỏ qua ạ.",
             required=False, later=True),
    ),
)  # fmt: skip
