"""A whole inspection in one message: shown as the preview, with what is missing asked."""

import pytest

from bot.domain.roles import Role
from storage.tables.records import Initiative
from tests.handlers.chatting import unit
from tests.handlers.inspecting import inspections_in, reported
from tests.make import make_enrolment, make_initiative, make_member


@pytest.fixture
def enrolment(session, root):
    return reported(session, root)


@pytest.fixture
def inspector(session, root, chat):
    return chat(make_member(session, name="Lê Thị Hương", unit=root, role=Role.INSPECTOR))


def test_all_in_one_message_is_shown_as_the_preview(session, inspector, enrolment):
    code = session.get_one(Initiative, enrolment.initiative_id).code
    answer = inspector.say(
        f"kiểm tra {code}: tốt; hoạt động tốt; định kỳ; đoàn Lê Thị Hương; đạt hết trừ 5 chưa đạt;"
        " hạn chế thiếu số liệu; kiến nghị ghi sổ; hạn 15/1; chuyện khác"
    )
    assert "chưa ghi được: “chuyện khác”" in answer
    assert "XEM LẠI" in answer
    inspector.say("gửi")
    (inspection,) = inspections_in(session)
    assert (inspection.verdict, inspection.form) == ("tot", "dinh_ky")


def test_what_is_missing_is_asked(session, inspector, enrolment):
    code = session.get_one(Initiative, enrolment.initiative_id).code
    assert "hình thức nào" in inspector.say(f"kiem tra {code}: tot; dat het")
    inspector.say("đột xuất", "chỉ mình tôi", "cầm chừng", "gửi")
    assert inspections_in(session)[0].working == "cam_chung"


def test_a_mark_left_out_is_asked(session, inspector, enrolment):
    code = session.get_one(Initiative, enrolment.initiative_id).code
    text = f"kiểm tra {code}: tốt; hoạt động tốt; định kỳ; đoàn tôi; đạt hết trừ 5"
    assert "5. Hiệu quả cụ thể, có số liệu: thế nào ạ?" in inspector.say(text)


def test_what_is_too_short_is_said_and_not_taken(session, inspector, enrolment):
    code = session.get_one(Initiative, enrolment.initiative_id).code
    answer = inspector.say(f"kiểm tra {code}: tốt; kiến nghị abc; hạn 15/1; số liệu 45")
    assert "ghi lại mục “Kiến nghị”" in answer
    assert "chưa ghi được: “số liệu 45”" in answer


def test_an_unknown_model_or_a_day_ahead_is_said(inspector, enrolment):
    answer = inspector.say("kiểm tra 99999: tốt; ngày 1/1/2030")
    assert "chưa rõ “99999”" in answer
    assert "chưa đến" in answer


def net_house(session, name="Nhà lưới rau sạch"):
    return make_enrolment(session, place=unit(session), initiative=make_initiative(session, name))


def test_words_that_one_model_fits_are_enough(session, inspector, enrolment):
    net_house(session)
    inspector.say("kiểm tra nha luoi thach lac: tốt; hoạt động tốt; định kỳ; đoàn tôi; đạt hết")
    assert "Nhà lưới rau sạch" in inspector.say("gửi")
    assert inspections_in(session)[0].verdict == "tot"


def test_of_several_one_is_tapped_and_nothing_said_is_lost(session, inspector, enrolment):
    net_house(session, "Nhà lưới trồng hoa")
    net_house(session)
    text = "kiểm tra nhà lưới: khá; hoạt động tốt; định kỳ; đoàn tôi; đạt hết; ưu điểm sạch sẽ"
    note, question = inspector.hear(text)
    assert "Có mấy mô hình như “nhà lưới”" in note.text
    assert ["Nhà lưới" in option.label for option in question.options] == [True, True]
    assert "Mặt được: Sạch sẽ" in inspector.say("2")
    inspector.say("gửi")
    assert inspections_in(session)[0].verdict == "kha"


def test_several_models_of_a_name_are_offered_first(session, inspector, enrolment):
    net_house(session)
    net_house(session, "Nhà lưới trồng hoa")
    (question,) = inspector.hear("kiểm tra nhà lưới")
    assert ["Nhà lưới" in option.label for option in question.options] == [True, True]
