"""Pictures as phones and attackers make them."""

import io
import struct
import zlib

from PIL import Image

GPS, ORIENTATION = 0x8825, 0x0112
TURNED_LEFT = 6


def as_bytes(image, format="JPEG", **how):
    out = io.BytesIO()
    image.save(out, format, **how)
    return out.getvalue()


def photo_with_gps(width=120, height=80):
    """Red on the left; stored lying down, to be shown upright. Says where it was taken."""
    image = Image.new("RGB", (width, height), "white")
    image.paste("red", (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[ORIENTATION] = TURNED_LEFT
    exif[0x010F] = "CanaryPhone"
    exif[GPS] = {1: "N", 2: (18.0, 21.0, 30.0), 3: "E", 4: (105.0, 52.0, 12.0)}
    return as_bytes(image, exif=exif, comment=b"canary comment")


def bomb(side=20_000):
    """A PNG of side × side black pixels, in some tens of kilobytes."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side // 8 + 1) * side), 9)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)
