"""Pictures people send: judged by their header when they come, made clean in the worker."""

import io
import warnings
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps, UnidentifiedImageError

from bot.errors import Refused
from storage.files import Files

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST_SIDE, SMALL_SIDE = 2048, 320
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}

EMPTY = "Ảnh chưa tải lên được trọn vẹn (tệp trống). Nhờ gửi lại ảnh, xin cảm ơn."
TOO_LARGE = "Ảnh lớn quá ({mb} MB). Nhờ chụp lại hoặc gửi ảnh nhỏ hơn 15 MB, xin cảm ơn."
TOO_MANY = (
    "Ảnh này lớn quá{size}. Nhờ chụp lại ở chế độ thường, hoặc gửi ảnh khác nhỏ hơn, xin cảm ơn."
)
NO_IMAGE = "Tệp này không phải là ảnh. Nhờ gửi ảnh chụp (JPEG, PNG hoặc WebP), xin cảm ơn."
HEIF = (
    "Ảnh này ở dạng HEIC, ở đây chưa mở được. Trên iPhone: vào Cài đặt › Camera › Định dạng, "
    "chọn “Tương thích nhất” rồi chụp lại; hoặc chụp màn hình tấm ảnh rồi gửi. Xin cảm ơn."
)
BROKEN = "Ảnh này không mở được. Nhờ chụp lại hoặc gửi ảnh khác, xin cảm ơn."

# Pillow's own guard: it warns above the limit and raises above twice that. Both are a refusal.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)
BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def check_upload(data: bytes) -> None:
    """Raises Refused for what is no picture we take. Reads the header only."""
    if not data:
        raise Refused(EMPTY)
    if len(data) > MOST_BYTES:
        raise Refused(TOO_LARGE.format(mb=-(-len(data) // 2**20)))
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise Refused(HEIF)
    if not _is_image(data):
        raise Refused(NO_IMAGE)
    _open(io.BytesIO(data)).close()


def _is_image(data: bytes) -> bool:
    webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return webp or data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"))


def _open(source: io.BytesIO | Path) -> Image.Image:
    """A picture of which nothing is decoded yet, within the limits. Raises Refused."""
    try:
        image = Image.open(source, formats=FORMATS)
    except BOMBS:
        raise Refused(TOO_MANY.format(size="")) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError):
        raise Refused(BROKEN) from None
    pixels = image.width * image.height
    if pixels > MOST_PIXELS:
        image.close()
        raise Refused(TOO_MANY.format(size=f" ({pixels // 10**6} megapixel)"))
    return image


def clean_photo(in_path: Path, out_dir: Path) -> dict[str, Any]:
    """Decode, turn upright, make smaller, and keep as JPEG without anything but the pixels.

    Returns the names of the picture ("clean") and its thumbnail ("small") in `out_dir`, with
    "width", "height" and "bytes". For the worker alone: decoding may take memory and time.
    """
    with _open(in_path) as source:
        image = _decode(source)
    files = Files(out_dir)
    data = _jpeg(image)
    thumbnail = image.copy()
    thumbnail.thumbnail((SMALL_SIDE, SMALL_SIDE))
    return {
        "clean": files.keep(data),
        "small": files.keep(_jpeg(thumbnail)),
        "width": image.width,
        "height": image.height,
        "bytes": len(data),
    }


def _decode(source: Image.Image) -> Image.Image:
    try:
        # A JPEG is decoded at a fraction of its size where that is still large enough.
        source.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        source.load()
        turned = ImageOps.exif_transpose(_opaque_mode(source))
    except BOMBS:
        raise Refused(TOO_MANY.format(size="")) from None
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, IndexError, KeyError):
        raise Refused(BROKEN) from None
    turned.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return _on_white(turned)


def _opaque_mode(image: Image.Image) -> Image.Image:
    """In a mode that can be made smaller smoothly; info, with the orientation, comes along."""
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image if image.mode == "RGB" else image.convert("RGB")


def _on_white(image: Image.Image) -> Image.Image:
    """Only the pixels, in RGB: no comment, profile or EXIF."""
    plain = Image.new("RGB", image.size, "white")
    plain.paste(image, mask=image if image.mode == "RGBA" else None)
    return plain


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()
