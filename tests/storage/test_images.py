"""Pictures people send: what is taken, what is refused with which words, what is stripped."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.errors import Refused
from storage.files import Files
from storage.images import check_upload, clean_photo
from tests.storage.pictures import as_bytes, bomb, photo_with_gps


def plain(mode="RGB", size=(60, 40), color=0):
    return Image.new(mode, size, color)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "photos"


@pytest.fixture
def cleaned(folder, tmp_path):
    """Cleans the bytes; returns what the worker says, and opens the pictures."""

    def clean(data):
        (tmp_path / "in").write_bytes(data)
        said = clean_photo(tmp_path / "in", folder)
        stored = [Files(folder).path(said[name]).read_bytes() for name in ("clean", "small")]
        return said, *(Image.open(io.BytesIO(data)) for data in stored)

    return clean


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_pictures_of_phones_are_taken(format):
    check_upload(as_bytes(plain(), format))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "trống"),
        (b"\xff\xd8\xff" + bytes(20 * 2**20 - 3), r"Ảnh lớn quá \(20 MB\).*nhỏ hơn 15 MB"),
        (b"%PDF-1.7", "không phải là ảnh"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "không phải là ảnh"),
        (as_bytes(plain(), "GIF"), "không phải là ảnh"),
        (b"\x00\x00\x00\x18ftypisom" + bytes(40), "không phải là ảnh"),
        (b"\x00\x00\x00\x18ftypheic" + bytes(40), "HEIC.*Tương thích nhất"),
        (b"\xff\xd8\xff\xe0 something", "không mở được"),
        (as_bytes(plain(), "PNG")[:20], "không mở được"),
        (bomb(20_000), "lớn quá"),
        (bomb(7_000), "lớn quá"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_way_out(data, words):
    with pytest.raises(Refused, match=words):
        check_upload(data)


@settings(deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF"]))
def test_no_bytes_make_the_check_raise_anything_else(rest, start):
    with pytest.raises(Refused):
        check_upload(start + rest)


def test_where_and_with_what_a_photo_was_taken_is_gone(cleaned, folder):
    _, image, small = cleaned(photo_with_gps())
    for each in (image, small):
        assert not each.getexif()
        assert set(each.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    assert all(b"canary" not in f.read_bytes().lower() for f in folder.rglob("*") if f.is_file())


def test_a_photo_is_turned_upright(cleaned):
    said, image, _ = cleaned(photo_with_gps(120, 80))
    assert image.size == (said["width"], said["height"]) == (80, 120)
    red, green, _blue = image.getpixel((40, 20))
    assert red > 200
    assert green < 60


def test_a_large_photo_is_made_smaller(cleaned):
    _, image, small = cleaned(as_bytes(plain(size=(5000, 2500))))
    assert image.size == (2048, 1024)
    assert small.size == (320, 160)


def test_a_small_photo_stays_as_it_is(cleaned):
    _, image, small = cleaned(as_bytes(plain(size=(60, 40))))
    assert image.size == small.size == (60, 40)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_any_mode_becomes_a_jpeg(cleaned, mode):
    _, image, _ = cleaned(as_bytes(plain(mode), "PNG"))
    assert (image.format, image.mode) == ("JPEG", "RGB")


def test_what_is_transparent_becomes_white(cleaned):
    _, image, _ = cleaned(as_bytes(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"))
    assert image.getpixel((5, 5)) == (255, 255, 255)


CUT_OFF = as_bytes(plain(size=(500, 500)), quality=95)[:-400]


@pytest.mark.parametrize("data", [CUT_OFF, b"\xff\xd8\xff"])
def test_a_broken_photo_is_refused(cleaned, data):
    with pytest.raises(Refused, match="không mở được"):
        cleaned(data)


def test_the_same_photo_is_stored_once(cleaned, folder):
    assert cleaned(photo_with_gps(600, 400))[0] == cleaned(photo_with_gps(600, 400))[0]
    assert len([f for f in folder.rglob("*") if f.is_file()]) == 2
