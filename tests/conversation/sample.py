"""A form with all that makes a form difficult, and what its questions offer."""

from bot.conversation.form import Answers, Choice, Form, Found, Kind, Lookup
from tests.conversation.chat import Chat, found, options, step

YEARS = options("Mới", "Tiếp tục", "Năm khác")


def of_another_year(answers: Answers) -> bool:
    return "nam" in answers and answers["nam"]["v"] == "năm khác"


def continued(answers: Answers) -> bool:
    return any(answers[k]["v"] == "tiếp tục" for k in ("nam", "loai") if k in answers)


NAM = step("nam", Kind.CHOICE, label="Năm", options=YEARS)
KHAC = step("nam_khac", Kind.DATE, label="Của năm", when=of_another_year)
LOAI = step("loai", Kind.CHOICE, label="Loại", options=YEARS[:2], when=of_another_year)
CU = step("cu", Kind.INITIATIVE, label="Mô hình cũ", offer="earlier", about=("nam", "nam_khac"),
          when=continued, required=False, silent_without_choices=True)  # fmt: skip
TEN = step("ten", label="Tên", least=5, most=150, help="Ví dụ: Nhà sạch")
NGANH = step("nganh", Kind.CHOICE, label="Ngành", offer="sectors", about=("nam",))
TRUNG = step("trung", Kind.CHOICE, label="", offer="alike", about=("ten",), required=False,
             silent_without_choices=True)  # fmt: skip
CHU = step("chu", label="Chủ thể", personal=True, least=2)
QUA = step("ket_qua", label="Kết quả", least=5, most=1500, required=False, later=True)
ANH = step("anh", Kind.PHOTOS, label="Ảnh", most=3, required=False, later=True)
NOI = step("vi_tri", Kind.PLACE, label="Vị trí", required=False, later=True)
STEPS = (NAM, KHAC, LOAI, CU, TEN, NGANH, TRUNG, CHU, QUA, ANH, NOI)
FORM = Form("dk", "Phiếu mô hình", STEPS)

OLD = tuple(
    Choice(n, f"{name} (2025)", fills={
        "ten": {"v": name, "t": name}, "chu": {"v": f"Ông {n}", "t": f"Ông {n}"}})
    for n, name in ((1, "Nhà sạch"), (2, "Vườn đẹp"))
)  # fmt: skip


def sectors(asked: Lookup) -> Found:
    """Of another year there are others."""
    other = Found((Choice(9, "Du lịch"),))
    return other if asked.about[0] == "năm khác" else found("Kinh tế", "Văn hóa")


def alike(asked: Lookup) -> Found:
    return found("Đúng mô hình này", "Mô hình khác") if asked.about[0] == "Đường hoa" else Found()


def fresh() -> Chat:
    return Chat(FORM, {"earlier": lambda _: Found(OLD), "sectors": sectors, "alike": alike})
