"""Settings: what is read, and what is said when something in them is wrong."""

import re
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.config import Settings, check, load
from bot.errors import SettingError

EXAMPLE = Path(__file__).parents[1] / "config.example.toml"
TOKEN = "123456789:AAHcanary_canary-canary"


@pytest.fixture
def file(tmp_path):
    def write(text: str) -> Path:
        path: Path = tmp_path / "config.toml"
        path.write_text(text, "utf-8")
        return path

    return write


def refusal(path: Path | None = None, **environment: str) -> str:
    with pytest.raises(SettingError) as refused:
        load(path or EXAMPLE, environment)
    return str(refused.value)


def test_the_example_says_what_holds_without_it():
    assert load(EXAMPLE, {}) == Settings()


def test_the_lines_left_out_in_the_example_can_be_used(file):
    text = re.sub(r"^# (?=\[\[|\w+ = )", "", EXAMPLE.read_text("utf-8"), flags=re.M)
    text = re.sub(r"^\w+_file = .*$", "", text, flags=re.M)
    assert load(file(text.replace("…", "")), {}).telegram[0].name == "telegram"


def test_nothing_can_be_changed_later():
    with pytest.raises(ValueError, match="frozen"):
        setattr(Settings().web, "port", 1)  # noqa: B010


def test_the_environment_is_stronger_than_the_file(file):
    settings = load(file("[web]\nport = 8081\nhost = '0.0.0.0'"), {"DVK_WEB__PORT": "8082"})
    assert (settings.web.port, settings.web.host) == (8082, "0.0.0.0")


def test_the_file_may_be_named_by_the_environment(file):
    path = file("[web]\nport = 8081")
    assert load(None, {"DVK_CONFIG": str(path)}).web.port == 8081


def test_the_first_bot_takes_its_token_from_the_environment(file):
    path = file('[[telegram]]\nname = "hue"\ntoken_file = "/nowhere"')
    (bot,) = load(path, {"DVK_TELEGRAM_TOKEN": TOKEN}).telegram
    assert (bot.name, bot.token.get_secret_value()) == ("hue", TOKEN)


def test_a_token_alone_makes_a_bot():
    (bot,) = load(EXAMPLE, {"DVK_TELEGRAM_TOKEN": TOKEN}).telegram
    assert bot.name == "telegram"


@pytest.mark.parametrize("section", ["[[telegram]]\ntoken_file", "[storage]\nurl_file"])
def test_a_secret_may_stand_in_a_file(file, tmp_path, section):
    secret = tmp_path / "secret"
    secret.write_text(f"{TOKEN}\n" if "token" in section else "postgres://dvk:pw@host/dvk\n")
    settings = load(file(f'{section} = "{secret}"'), {})
    found = settings.telegram[0].token.get_secret_value() if settings.telegram else None
    assert (found or settings.storage.url) in (TOKEN, "postgresql+psycopg://dvk:pw@host/dvk")


def test_secrets_are_not_printed():
    settings = load(
        EXAMPLE, {"DVK_TELEGRAM_TOKEN": TOKEN, "DVK_STORAGE__URL": "postgres://dvk:canary@h/dvk"}
    )
    assert "canary" not in repr(settings) + str(settings)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[web]\nport = 'abc'", "web.port: giá trị 'abc' chưa dùng được: cần một số nguyên."),
        ("[web]\nport = 70000", "web.port: giá trị '70000' chưa dùng được: không được quá 65535."),
        ("[web]\nprot = 1", "web.prot: không có thiết đặt này. Có phải web.port không?"),
        ("port = 1", "port: không có thiết đặt này. Có phải web.port không?"),
        ("[wbe]\nport = 1", "wbe: không có thiết đặt này. Có phải web không?"),
        ("[web]\nzzzz = 1", "web.zzzz: không có thiết đặt này. Ở đây có: web.host, web.port,"),
        ("[web]\ntrust_proxy = 5", "cần true hoặc false"),
        ("[web]\npublic_url = 'danvan.vn'", "bắt đầu bằng http:// hoặc https://"),
        ("web = 4", "web: cần một mục riêng"),
        ("[telegram]\nname = 'x'", "telegram: cần viết trong hai dấu ngoặc vuông"),
        ("[[telegram]]\nname = 'Bot Một'", "telegram.name: giá trị 'Bot Một' chưa dùng được"),
        ("[[telegram]]\nname = 'x'", "telegram.token: còn thiếu"),
        ("[[telegram]]\ntoken_file = '/nowhere'", "telegram.token_file: không đọc được tệp"),
        (f"[[telegram]]\ntoken = '{TOKEN}'\n" * 2, "telegram.name: mỗi bot cần một tên riêng"),
        ("[organisation]\ntimezone = 'Asia'", "không có múi giờ này"),
        ("[organisation]\ntimezone = 'Asia/Hanoi'", 'timezone = "Asia/Ho_Chi_Minh"'),
        ("[storage]\nurl = 'sqlite://'", "storage.url: cần dạng sqlite:///tệp"),
        ("[limits]\nbatch = 0", "limits.batch"),
        ("[web]\nport =\nhost = 'x'", "viết sai ở dòng 2"),
        ("[storage]\nurl='sqlite:///a'\nurl_file='b'", "storage.url_file: đã có url"),
    ],
)
def test_what_is_wrong_is_named_with_an_example(file, text, said):
    sentence = refusal(file(text))
    assert said in sentence
    assert "\n    " in sentence or "Ở đây có" in sentence or "ví dụ" in sentence


def test_all_that_is_wrong_is_said_at_once(file):
    sentence = refusal(file("[web]\nport = 'a'\nhots = 'b'\n[limits]\nbatch = 0"))
    assert all(name in sentence for name in ("web.port", "web.hots", "limits.batch"))


@pytest.mark.parametrize("name", ["DVK_WEB_PORT", "DVK_WBE__PORT", "DVK_WEB__PROT"])
def test_a_misspelt_variable_is_not_ignored(name):
    assert "không có thiết đặt này. Có phải web" in refusal(None, **{name: "1"})


@pytest.mark.parametrize(
    "text",
    [
        "[[telegram]]\ntoken = 'canary'",
        "[[telegram]]\ntokne = '123456789:canary_canary_canary'",
        "[[telegram]]\nname = '123456789:canary_canary_canary'",
        "[storage]\nurl = 'mysql://dvk:canary@host/dvk'",
        "[storage]\nurl = 5\n[web]\nhost = 'canary",
    ],
)
def test_a_secret_is_never_in_the_refusal(file, text):
    assert "canary" not in refusal(file(text))


def test_a_missing_file_says_how_to_get_one(tmp_path):
    assert "tệp mẫu config.example.toml" in refusal(tmp_path / "none.toml")


TOML = st.recursive(
    st.integers() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*Settings.model_fields, "DVK_X", "{"]) | st.text(), TOML))
def test_any_values_are_settings_or_a_sentence(values):
    with suppress(SettingError):
        check(values)


def test_criteria_have_points_or_none(file):
    text = '[inspection]\ncriteria = [{ text = "Hồ sơ", points = 2.5 }, { text = "Đồng tình" }]'
    criteria = load(file(text), {}).inspection.criteria
    assert [(c.text, c.points) for c in criteria] == [("Hồ sơ", 2.5), ("Đồng tình", 0)]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("criteria = 5", "inspection.criteria: giá trị '5'"),
        ("criteria = []", "inspection.criteria: số mục chưa đúng"),
        ("criteria = ['a']", "cần dạng { text"),
        ("criteria = [{ points = 2 }]", "inspection.criteria.text: còn thiếu"),
        ("verdicts = ['Tốt', 'Khá']", "inspection.verdicts"),
    ],
)
def test_a_wrong_criterion_is_shown_how_to_write(file, line, said):
    sentence = refusal(file(f"[inspection]\n{line}"))
    assert said in sentence
    assert "\n    criteria = [{text = " in sentence or "verdicts = [" in sentence
