"""Pictures in, pictures and documents out."""

from hashlib import sha256
from io import BytesIO

import pytest

from tests.doubles.fake_host import FakeHost
from tests.platforms.web.conftest import Visitor

JPEG = b"\xff\xd8\xff" + b"picture"


async def test_a_picture_is_kept_under_its_hash(member: Visitor, host: FakeHost):
    response = await member.post("/photo", data=JPEG)
    assert await response.json() == {"hash": sha256(JPEG).hexdigest()}


async def test_a_kept_picture_can_be_seen_and_cached_privately(member: Visitor):
    name = (await (await member.post("/photo", data=JPEG)).json())["hash"]
    response = await member.get(f"/photo/{name}?small=1")
    assert await response.read() == JPEG
    assert response.content_type == "image/jpeg"
    assert response.headers["Cache-Control"].startswith("private")
    assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_what_is_no_picture_gets_the_hosts_sentence(member: Visitor):
    response = await member.post("/photo", data=b"<script>")
    assert response.status == 422
    assert "không phải ảnh" in (await response.json())["say"]


async def test_nothing_is_no_picture(member: Visitor):
    assert (await member.post("/photo", data=b"")).status == 400


async def test_20_megabytes_are_too_much(member: Visitor, host: FakeHost):
    response = await member.post("/photo", data=BytesIO(JPEG + bytes(20 << 20)))
    assert response.status == 413
    assert "15 MB" in (await response.json())["say"]


async def test_a_size_that_was_not_announced_is_counted(member: Visitor):
    async def endless():
        for _ in range(20):
            yield bytes(1024 * 1024)

    assert (await member.post("/photo", data=endless())).status == 413


async def test_a_flood_of_pictures_waits(member: Visitor):
    mount = member.platform.mount
    mount.uploads.most = 2
    for expected in (200, 200, 429):
        assert (await member.post("/photo", data=JPEG)).status == expected


async def test_a_list_is_kept_under_its_hash(member: Visitor, host: FakeHost):
    response = await member.post("/list", data=b"a;b")
    name = (await response.json())["hash"]
    assert (host.folder / name).read_bytes() == b"a;b"


async def test_an_empty_list_is_none(member: Visitor):
    response = await member.post("/list", data=b"")
    assert (response.status, "không có gì" in (await response.json())["say"]) == (400, True)


async def test_11_megabytes_are_no_list(member: Visitor):
    response = await member.post("/list", data=BytesIO(bytes(11_000_000)))
    assert response.status == 413
    assert "10 MB" in (await response.json())["say"]


async def test_lists_and_pictures_flood_together(member: Visitor):
    member.platform.mount.uploads.most = 2
    for path, expected in (("/list", 200), ("/photo", 200), ("/list", 429)):
        assert (await member.post(path, data=JPEG)).status == expected


async def test_a_list_of_somebody_who_is_not_signed_in_is_not_kept(stranger: Visitor):
    assert (await stranger.post("/list", data=b"a;b")).status == 401


async def test_a_document_is_downloaded_under_its_name(member: Visitor, host: FakeHost):
    name = "c" * 64
    (host.folder / name).write_bytes(b"<html>")
    response = await member.get(f"/file/{name}")
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''%E1%BA%A3nh.jpg"


async def test_a_document_stays_in_no_browser(member: Visitor, host: FakeHost):
    """It may be a copy of all personal data, on a telephone that others use too."""
    name = "c" * 64
    (host.folder / name).write_bytes(b"<html>")
    assert (await member.get(f"/file/{name}")).headers["Cache-Control"] == "no-store"


async def test_only_pictures_open_in_the_page(member: Visitor, host: FakeHost):
    name = "c" * 64
    (host.folder / name).write_bytes(b"<html>")
    assert (await member.get(f"/photo/{name}")).status == 404


@pytest.mark.parametrize("name", ["d" * 64, "..%2F..%2Fetc%2Fpasswd", "x"])
async def test_unknown_names_are_not_found(member: Visitor, name: str):
    assert (await member.get(f"/photo/{name}")).status == 404
