"""What people agree to before anything about them is stored (law 91/2025/QH15, decree 356/2025).

Raise VERSION with every change of meaning: it is stored with each member's consent.
"""

VERSION = "2026-11"

ABROAD = {"telegram": "Telegram", "zalo": "Zalo"}
"""Platforms that keep messages on their own servers; the web chat keeps them on ours alone."""

# Days of the law's terms: an answer within 2 working days, then by type of request.
WITHDRAW_DAYS = 15
ERASE_DAYS = 20

SHORT = """\
Kính chào {ac}! Tôi là Trợ lý tự động “Dân vận khéo” của {don_vi}.
Để giúp {ac} báo cáo, {don_vi} lưu tên, tài khoản, đơn vị và nội dung, ảnh, vị trí {ac} tự gửi.\
{o_ngoai}
{Ac} được xem, sửa, rút lại đồng ý, đề nghị xóa bất cứ lúc nào (nhắn: hồ sơ của tôi).
{Ac} đồng ý không ạ?"""

FULL = """\
Về dữ liệu cá nhân của {ac}
1. Ai giữ: {don_vi}.{lien_he}
2. Để làm gì: nhận báo cáo về mô hình “Dân vận khéo”, nhắc việc, tổng hợp số liệu. Không dùng vào \
việc khác, không bán, không quảng cáo.
3. Lưu gì: tên, cách xưng hô, đơn vị, tổ chức {ac} tự khai, số điện thoại nếu {ac} ghi, tài khoản \
nhắn tin, nội dung phiếu, ảnh (đã bỏ vị trí ẩn trong ảnh), vị trí nếu {ac} chia sẻ.
4. Ai xem: người đầu mối, cán bộ kiểm tra, lãnh đạo và quản trị của đơn vị {ac} và cấp trên; mô \
hình an ninh - quốc phòng thì ít người hơn. Số điện thoại không bao giờ đăng công khai.
5. Bao lâu: đến khi {ac} đề nghị xóa. Phiếu đã được nhận là tài liệu của phong trào nên vẫn giữ, \
nhưng không còn tên {ac}.
6. Ở đâu: trên máy chủ của {don_vi}.{o_ngoai} Xóa ở đây không xóa được tin trong máy của {ac}.
7. Quyền của {ac}: xem, tải về, sửa, rút lại đồng ý, đề nghị xóa, khiếu nại. Trợ lý trả lời trong \
2 ngày làm việc; rút lại đồng ý xong trong {rut} ngày, xóa xong trong {xoa} ngày. Không đồng ý thì \
không mất quyền lợi gì; {ac} vẫn báo cáo được bằng văn bản.
8. Xin đừng gửi: tài liệu mật, ảnh giấy tờ tùy thân, chuyện riêng của người khác. Ảnh có trẻ em \
thì cần gia đình các cháu đồng ý."""

REFUSED = "Trợ lý cảm ơn {ac}, và không lập hồ sơ của {ac}. Khi cần, {ac} nhắn “bắt đầu”."


def abroad(platform: str) -> str:
    """The sentence about servers abroad, where the platform has some."""
    name = ABROAD.get(platform)
    return f" {name} có thể lưu tin ở nước ngoài." if name else ""


def contact_line(contact: str) -> str:
    return f" Liên hệ: {contact}." if contact else ""
