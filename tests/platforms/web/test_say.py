"""What a page may say, and the sentence it gets when it may not."""

from uuid import uuid4

import pytest

from bot.conversation.messages import Document, Other, Place, Said
from tests.doubles.fake_host import FakeHost
from tests.platforms.web.conftest import Visitor

PHOTO = "a" * 64


async def test_text_arrives_and_is_kept_in_the_mailbox(member: Visitor, host: FakeHost):
    assert (await member.say(text="đăng ký")).status == 200
    [incoming] = host.received
    assert (incoming.platform, incoming.chat, incoming.echo) == ("web", "w1", True)
    assert [m.own for m in host.mail["w1"]] == [True, False]


async def test_the_same_message_twice_is_one(member: Visitor, host: FakeHost):
    key = str(uuid4())
    for _ in range(2):
        assert (await member.say(key, text="gửi")).status == 200
    assert host.said() == ["gửi"]


async def test_a_list_arrives_under_its_name(member: Visitor, host: FakeHost):
    await member.say(document=["C:\\chi tieu\\Chỉ tiêu 2026.XLSX", PHOTO])
    [incoming] = host.received
    listed = Document("Chỉ tiêu 2026.XLSX", PHOTO)
    assert incoming.said == Said(other=Other.FILE, document=listed)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (["ke-hoach.pdf", PHOTO], "Excel"),
        (["a.xlsx", "../../etc/passwd"], "tải lại trang"),
        (["a.xlsx"], "tải lại trang"),
        ("a.xlsx", "tải lại trang"),
        ([5, PHOTO], "tải lại trang"),
    ],
)
async def test_what_is_no_list_is_refused(member: Visitor, document: object, says: str):
    response = await member.say(document=document)
    assert (response.status, says in (await response.json())["say"]) == (400, True)


async def test_a_button_a_place_and_photos_arrive(member: Visitor, host: FakeHost):
    await member.say(button="f:7:sector:3:kt")
    await member.say(place=[18.35, 105.9])
    await member.say(photos=[PHOTO, "b" * 64], text="ảnh vườn")
    button, place, photos = (i.said for i in host.received)
    assert button.button == "f:7:sector:3:kt"
    assert place.place == Place(18.35, 105.9)
    assert (photos.photos, photos.text) == ((PHOTO, "b" * 64), "ảnh vườn")


async def test_what_no_database_holds_is_left_out(member: Visitor, host: FakeHost):
    await member.post("/say", data=b'{"key": "%s", "text": "a\\u0000b\\ud83d"}' % new_key())
    assert host.said() == ["ab?"]


async def test_10_000_characters_are_taken_and_one_more_is_not(member: Visitor, host: FakeHost):
    assert (await member.say(text="ữ" * 10_000)).status == 200
    response = await member.say(text="ữ" * 10_001)
    assert response.status == 413
    assert "ngắn hơn" in (await response.json())["say"]
    assert len(host.received) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " \n"},
        {"text": 5},
        {"text": None},
        {"button": "x" * 65},
        {"photos": "abc"},
        {"photos": ["../../etc/passwd"]},
        {"photos": [PHOTO] * 11},
        {"place": [91, 0]},
        {"place": [1, 181]},
        {"place": ["1", "2"]},
        {"place": [True, 1]},
        {"place": [1]},
        {"place": 0},
        {"text": "x", "key": "not-a-uuid"},
        {"text": "x", "key": 5},
    ],
    ids=str,
)
async def test_bad_input_gets_one_sentence(
    member: Visitor, host: FakeHost, body: dict[str, object]
):
    response = await member.post("/say", json={"key": str(uuid4()), **body})
    assert response.status == 400
    assert (await response.json())["say"].endswith("ạ.")
    assert host.received == []


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 50_000, b"1e999", b"NaN"])
async def test_what_is_no_json_gets_one_sentence(member: Visitor, data: bytes):
    assert (await member.post("/say", data=data)).status == 400


async def test_places_must_be_real_numbers(member: Visitor):
    data = b'{"key": "%s", "place": [NaN, 1]}' % new_key()
    assert (await member.post("/say", data=data)).status == 400


async def test_a_body_without_end_is_cut_off(member: Visitor):
    assert (await member.post("/say", data=b" " * 200_000)).status == 413


async def test_nothing_stored_means_try_again(member: Visitor, host: FakeHost):
    host.down = True
    response = await member.say(text="gửi")
    assert response.status == 503
    assert response.headers["Retry-After"] == "2"
    host.down = False
    assert (await member.say(text="gửi")).status == 200


async def test_history_pages_back(member: Visitor, host: FakeHost):
    for n in range(60):
        await member.say(text=f"tin {n}")
    newest = await (await member.get("/history")).json()
    assert [m["n"] for m in newest["mail"]] == list(range(71, 121))
    assert newest["more"] is True
    older = await (await member.get("/history?before=71")).json()
    assert older["mail"][-1]["n"] == 70
    first = await (await member.get("/history?before=3")).json()
    assert ([m["n"] for m in first["mail"]], first["more"]) == ([1, 2], False)


async def test_own_rows_carry_the_key_of_the_page(member: Visitor):
    key = str(uuid4())
    await member.say(key, text="gửi")
    mail = (await (await member.get("/history?before=nonsense")).json())["mail"]
    assert [m.get("key") for m in mail] == [key, None]


def new_key() -> bytes:
    return str(uuid4()).encode()
