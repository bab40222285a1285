"""What is stored about a member, in words: the readable twin of the JSON file."""

from collections.abc import Mapping
from typing import Any

LABELS = {
    "member": "HỒ SƠ",
    "bodies": "TỔ CHỨC SINH HOẠT",
    "roles": "VAI TRÒ",
    "accounts": "TÀI KHOẢN NHẮN TIN",
    "sign_ins": "LẦN ĐĂNG NHẬP TRANG WEB",
    "drafts": "PHIẾU ĐANG LÀM DỞ",
    "reports": "PHIẾU ĐÃ GỬI",
    "versions": "các lần gửi",
    "photos": "ẢNH",
    "tasks": "YÊU CẦU",
    "invitations": "THƯ MỜI ĐÃ LẬP",
    "messages": "TIN NHẮN",
    "reports_with_others": "MÔ HÌNH CÙNG BÁO CÁO",
    "requests_for_support": "ĐỀ NGHỊ HỖ TRỢ",
    "requests_taken": "ĐỀ NGHỊ HỖ TRỢ ĐÃ NHẬN LO",
    "moves": "BƯỚC ĐÃ LÀM CHO MÔ HÌNH",
    "targets": "CHỈ TIÊU ĐÃ ĐẶT",
    "publicity": "TIN BÀI ĐÃ GHI",
    "commendations": "ĐỀ NGHỊ KHEN THƯỞNG ĐÃ LẬP",
    "reminder_hours": "GIỜ MUỐN ĐƯỢC NHẮC",
    "reminders": "LỜI NHẮC ĐÃ NHẬN",
    "answers_to_reminders": "TRẢ LỜI LỜI NHẮC",
    "asked_for_more_time": "XIN LÙI HẠN",
    "period_reports": "BÁO CÁO KỲ ĐÃ GỬI",
    "briefings": "GIAO BAN ĐÃ MỜI",
    "conclusions": "KẾT LUẬN ĐÃ GHI",
    "guidance": "CHỈ ĐẠO ĐÃ GỬI",
    "log": "NHẬT KÝ",
    "name": "tên",
    "address": "xưng hô",
    "unit": "đơn vị",
    "phone": "số điện thoại",
    "state": "trạng thái",
    "consent_version": "bản đồng ý",
    "consent_at": "đồng ý lúc",
    "created_at": "lập lúc",
    "updated_at": "sửa lúc",
    "expires_at": "hết hạn lúc",
    "used_at": "dùng lúc",
    "role": "vai trò",
    "since": "từ",
    "until": "đến",
    "platform": "nơi nhắn tin",
    "external_id": "mã tài khoản",
    "form": "loại phiếu",
    "body": "nội dung",
    "code": "mã",
    "kind": "loại",
    "answers": "câu trả lời",
    "reason": "lý do",
    "sent_at": "gửi lúc",
    "decided_at": "xem lúc",
    "version": "lần",
    "at": "lúc",
    "due_on": "hạn",
    "done_at": "xong lúc",
    "outcome": "kết quả",
    "answer": "trả lời",
    "note": "lời ghi",
    "day": "ngày",
    "topic": "việc",
    "hash": "mã ảnh",
    "text": "lời",
    "t": "ghi",
}
"""Keys not named here only serve the machine; the JSON file has them all."""


def as_words(data: Mapping[str, Any], today: str) -> str:
    lines = [f"DỮ LIỆU CỦA TÔI (ngày {today})"]
    for name, part in data.items():
        count = f" ({len(part)})" if isinstance(part, list) else ""
        lines += ["", f"{LABELS.get(name, name)}{count}", *_lines(part, "  ")]
    return "\n".join(lines) + "\n"


def _lines(value: Any, indent: str) -> list[str]:
    if isinstance(value, list):
        return [line for item in value for line in _item(item, indent)]
    if isinstance(value, dict):
        shown = {k: v for k, v in value.items() if v not in (None, "", [], {})}
        return [line for k, v in shown.items() for line in _entry(k, v, indent)]
    return [f"{indent}{value}"]


def _item(item: Any, indent: str) -> list[str]:
    first, *rest = _lines(item, f"{indent}  ") or [f"{indent}  -"]
    return [f"{indent}- {first.strip()}", *rest]


def _entry(key: str, value: Any, indent: str) -> list[str]:
    label = LABELS.get(key)
    if isinstance(value, dict) and "t" in value:  # an answer: its words are enough
        return [f"{indent}{key}: {value['t']}"] if value["t"] else []
    if isinstance(value, dict | list):
        inner = _lines(value, f"{indent}  ")
        return [f"{indent}{label or key}:", *inner] if label and inner else []
    return [f"{indent}{label}: {value}"] if label else []
