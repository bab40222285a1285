"""Files by their ids, as Telegram keeps them for one bot."""

import hashlib
import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from tests.doubles.telegram.wire import Json, Request, Upload, bad

MB = 1 << 20
DOWNLOAD, PHOTO, UPLOAD = 20 * MB, 10 * MB, 50 * MB
FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice", "video": "videos"}
ENDINGS = {"image/jpeg": ".jpg", "image/png": ".png", "audio/ogg": ".oga", "video/mp4": ".mp4"}
SIDES = (90, 320, 800, 1280)
WIDEST, LONGEST = 10_000, 20


@dataclass(slots=True)
class Kept:
    id: str
    kind: str
    body: Json
    """What the Bot API says of it: a list of sizes for a photo."""
    content: Upload
    size: int
    path: str


class Files:
    def __init__(self) -> None:
        self.by_id: dict[str, Kept] = {}
        self.by_path: dict[str, Kept] = {}

    def keep(self, kind: str, content: Upload, size: int | None = None, **more: object) -> Kept:
        """size: what Telegram says of its length, when the bytes are not worth making."""
        number, length = len(self.by_id) + 1, len(content.data) if size is None else size
        unique = hashlib.sha256(content.data).hexdigest()[:15]
        path = f"{FOLDERS.get(kind, kind)}/file_{number}{ENDINGS.get(content.mime, '')}"
        about: Json = {"file_id": f"AgAC{kind[:2]}{number:08}", "file_unique_id": f"AQ{unique}"}
        about |= {"file_size": length, **more}
        kept = Kept(about["file_id"], kind, about, content, length, path)
        self.by_id[kept.id] = self.by_path[path] = kept
        return kept

    def keep_photo(self, content: Upload, size: int | None = None) -> tuple[Kept, list[Json]]:
        """The largest and all its sizes, the smallest first."""
        width, height = dimensions(content.data) or (1280, 960)
        longest = max(width, height)
        sizes = [side for side in SIDES if side < longest] + [longest]
        kept = [
            self.keep(
                "photo",
                content,
                size if side == longest else len(content.data) * side // longest,
                width=max(1, width * side // longest),
                height=max(1, height * side // longest),
            )
            for side in sizes
        ]
        return kept[-1], [each.body for each in kept]

    def sent_photo(self, content: Upload) -> tuple[Kept, list[Json]]:
        """A photo from the bot, refused as Telegram refuses."""
        if len(content.data) > PHOTO:
            size = len(content.data)
            what = f"file of size {size} bytes is too big for a photo"
            raise bad(f"{what}; the maximum size is {PHOTO} bytes")
        found = dimensions(content.data)
        if not found:
            raise bad("IMAGE_PROCESS_FAILED")
        if sum(found) > WIDEST or max(found) > LONGEST * min(found):
            raise bad("PHOTO_INVALID_DIMENSIONS")
        return self.keep_photo(content)

    def given(self, request: Request, name: str, value: str | None = None) -> Upload | Kept:
        """What a parameter stands for: an upload, or the id of a file known before."""
        value = request.text(name) if value is None else value
        upload = request.files.get(value.removeprefix("attach://") if value else name)
        if upload:
            if not upload.data:
                raise bad("file must be non-empty")
            return upload
        if not value:
            raise bad(f"there is no {name} in the request")
        if value.startswith(("http://", "https://")):
            raise bad("wrong type of the web page content")
        if value not in self.by_id:
            raise bad("wrong file identifier/HTTP URL specified")
        return self.by_id[value]


def dimensions(data: bytes) -> tuple[int, int] | None:
    try:
        with Image.open(io.BytesIO(data)) as image:
            return image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return None
