"""The outline of a unit's report on a period: parts I to V, and what is asked for each."""

from dataclasses import dataclass

PARTS = {
    "I": "Công tác lãnh đạo, chỉ đạo, tuyên truyền",
    "II": "Kết quả",
    "III": "Đánh giá chung",
    "IV": "Phương hướng, nhiệm vụ",
    "V": "Kiến nghị, đề xuất",
}


@dataclass(frozen=True, slots=True)
class Question:
    """key: that of the step; part: where its answer stands in the written report."""

    key: str
    part: str
    label: str
    ask: str
    help: str
    required: bool = False


REMARK = "so_lieu"
"""Whether the figures of the records are right, else what is not."""
RIGHT = "dung"
OUTLINE = (
    Question(
        "lanh_dao", "I", "Công tác lãnh đạo, chỉ đạo",
        "Trong kỳ, đơn vị đã lãnh đạo, chỉ đạo phong trào thế nào ạ?",
        "Ví dụ: ban hành kế hoạch, giao chỉ tiêu cho 7 thôn, kiểm tra 2 đợt", True,
    ),
    Question(
        "tuyen_truyen", "I", "Công tác tuyên truyền", "Đơn vị đã tuyên truyền thế nào ạ?",
        "Ví dụ: 12 tin trên đài xã, 3 buổi nói chuyện ở thôn",
    ),
    Question(
        "ket_qua", "II", "Kết quả nổi bật", "Kết quả, mô hình nào nổi bật nhất ạ?",
        "Ví dụ: tuyến đường hoa thôn Vĩnh Thịnh, 45 hộ tham gia",
    ),
    Question(
        "uu_diem", "III", "Ưu điểm", "Ưu điểm là gì ạ?",
        "Ví dụ: cấp ủy quan tâm, bà con đồng tình",
    ),
    Question(
        "han_che", "III", "Hạn chế", "Còn hạn chế gì ạ?",
        "Ví dụ: hai mô hình chậm tiến độ",
    ),
    Question(
        "nguyen_nhan", "III", "Nguyên nhân", "Nguyên nhân của hạn chế là gì ạ?",
        "Ví dụ: thiếu kinh phí, cán bộ mới nhận việc",
    ),
    Question(
        "phuong_huong", "IV", "Phương hướng, nhiệm vụ", "Kỳ tới đơn vị làm những việc gì ạ?",
        "Ví dụ: hoàn thành 3 mô hình còn lại, nhân rộng đường hoa", True,
    ),
    Question(
        "kien_nghi", "V", "Kiến nghị, đề xuất", "Đơn vị có kiến nghị, đề xuất gì ạ?",
        "Ví dụ: hỗ trợ kinh phí biển tên mô hình",
    ),
)  # fmt: skip
LABELS = {REMARK: "Số liệu", **{question.key: question.label for question in OUTLINE}}
