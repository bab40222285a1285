"""What people write and send, as the Bot API shows it."""

import io
from functools import cache

from PIL import Image

from tests.doubles.telegram.formatting import marked
from tests.doubles.telegram.wire import Json


@cache
def picture(number: int = 0, width: int = 640, height: int = 480) -> bytes:
    """A JPEG, for each number another one."""
    out = io.BytesIO()
    shade = (number * 37 % 256, number // 7 % 256, 120)
    Image.new("RGB", (width, height), shade).save(out, "JPEG")
    return out.getvalue()


ABOUT: dict[str, Json] = {
    "voice": {"duration": 3},
    "audio": {"duration": 3},
    "video": {"duration": 3, "width": 640, "height": 360},
    "animation": {"duration": 3, "width": 640, "height": 360},
    "video_note": {"duration": 3, "length": 240},
    "sticker": {
        "width": 512,
        "height": 512,
        "is_animated": False,
        "is_video": False,
        "type": "regular",
    },
}


def written(text: str) -> Json:
    text, entities = marked(text)
    return {"text": text, **({"entities": entities} if entities else {})}


def captioned(text: str) -> Json:
    text, entities = marked(text)
    found = {"caption": text, **({"caption_entities": entities} if entities else {})}
    return found if text else {}
