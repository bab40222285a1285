"""The hours in which people are reminded: what is read, and what is said when they do not fit."""

from datetime import time, timedelta

import pytest

from bot.config import Settings, check
from bot.domain.schedules import Attention
from bot.domain.timing import Hours
from bot.errors import SettingError
from bot.organisation import describe
from tests.make import make_root


def test_without_settings_the_usual_hours_hold():
    assert (Settings().reminders.hours, Settings().reminders.attention) == (Hours(), Attention())


def test_hours_are_written_as_people_do():
    given = {"office": ["7:00 – 11:30", "13:30-16:30"], "evening": "19:30-21:00"}
    hours = check({"reminders": {**given, "quiet": "21:30-06:00"}}).reminders.hours
    assert hours.office == ((time(7), time(11, 30)), (time(13, 30), time(16, 30)))
    assert (hours.evening, hours.quiet) == ((time(19, 30), time(21)), (time(21, 30), time(6)))


def test_quiet_hours_need_not_go_over_midnight():
    assert check({"reminders": {"quiet": "12:00-13:30"}}).reminders.hours.quiet[1] == time(13, 30)


def test_how_much_people_get_can_be_set():
    given = {"weekly": 3, "pause_minutes": 0, "late_hours": 48}
    wanted = Attention(3, timedelta(0), timedelta(days=2))
    assert check({"reminders": given}).reminders.attention == wanted


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"evening": "20:30-19:00"}, "reminders.evening: giờ kết thúc phải sau giờ bắt đầu"),
        ({"evening": "19:00-19:00"}, "giờ kết thúc phải khác giờ bắt đầu"),
        ({"evening": "19:00"}, "cần dạng giờ bắt đầu-giờ kết thúc"),
        ({"evening": "19:00-25:00"}, "từ 00:00 đến 23:59"),
        ({"evening": 19}, "reminders.evening: giá trị '19' chưa dùng được"),
        ({"evening": "19:00-21:30"}, "reminders.evening: giờ nhắc không được nằm trong giờ yên"),
        ({"office": ["06:00-11:00"]}, "reminders.office: giờ nhắc không được nằm trong giờ yên"),
        ({"quiet": "12:00-14:30"}, "reminders.office: giờ nhắc không được nằm trong giờ yên"),
        ({"office": ["14:00-17:00", "07:30-11:00"]}, "buổi sau tiếp buổi trước"),
        ({"office": ["07:30-11:00", "10:00-12:00"]}, "buổi sau tiếp buổi trước"),
        ({"office": []}, "reminders.office: số mục chưa đúng"),
        ({"office": "07:30-11:00"}, "reminders.office: giá trị"),
        ({"weekly": 0}, "reminders.weekly: giá trị '0' chưa dùng được: phải lớn hơn 0"),
        ({"pause_minutes": -1}, "reminders.pause_minutes"),
        ({"late_hours": "x"}, "cần một số nguyên"),
        ({"enabled": "có"}, "cần true hoặc false"),
        ({"evenings": "19:00-20:00"}, "Có phải reminders.evening không?"),
    ],
)
def test_what_does_not_fit_is_explained(given, said):
    with pytest.raises(SettingError) as refused:
        check({"reminders": given})
    assert said in str(refused.value)
    assert "[reminders]\n" in str(refused.value)


def test_handlers_know_the_hours(session):
    given = check({"reminders": {"evening": "19:30-20:30"}})
    assert describe(given, make_root(session), "").hours.evening == (time(19, 30), time(20, 30))
