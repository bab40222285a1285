"""A person sends other things than text: cards, places, pictures, files."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from tests.doubles.telegram.chats import Chat
from tests.doubles.telegram.messages import Message
from tests.doubles.telegram.things import ABOUT, captioned, picture
from tests.doubles.telegram.wire import Json, Upload
from tests.doubles.telegram.writing import Writing

HERE = (18.4486, 105.8612)


class Sharing(Writing):
    def share_contact(self, of: Writing | None = None, phone: str = "") -> Message:
        """The own number, or the card of somebody else (a phone alone: no Telegram user)."""
        who = of or self
        names = {k: v for k, v in who.raw.items() if k in {"first_name", "last_name"}}
        own = {} if phone and not of else {"user_id": who.id}
        return self.send({"contact": {"phone_number": phone or who.phone, **names, **own}})

    def share_location(
        self, latitude: float = HERE[0], longitude: float = HERE[1], *, live: int = 0
    ) -> Message:
        """live: seconds for which it moves (`move`)."""
        place: Json = {"latitude": latitude, "longitude": longitude}
        if live:
            place["live_period"] = live
        return self.send({"location": place})

    def move(self, message: Message, latitude: float, longitude: float) -> None:
        """The next point of a live location."""
        place = {**message.raw["location"], "latitude": latitude, "longitude": longitude}
        now = int(self.double.now())
        message.raw = {**message.raw, "location": place, "edit_date": now}
        self.tell("edited_message", message, self.chat)

    def send_photo(
        self,
        data: bytes | None = None,
        caption: str = "",
        *,
        album: str = "",
        size: int | None = None,
        chat: Chat | None = None,
        tell: bool = True,
    ) -> Message:
        content = Upload("photo.jpg", data or picture(), "image/jpeg")
        _, sizes = self.double.files.keep_photo(content, size)
        group = {"media_group_id": album} if album else {}
        body = {"photo": sizes, **captioned(caption), **group}
        return self.send(body, chat, content=content, tell=tell)

    def send_file(
        self,
        kind: str = "document",
        data: bytes | None = None,
        *,
        name: str = "anh.jpg",
        mime: str = "image/jpeg",
        caption: str = "",
        size: int | None = None,
        **more: object,
    ) -> Message:
        """document, voice, video, audio, video_note, sticker, animation; size may be a lie."""
        content = Upload(name, data or picture(), mime)
        about = {"file_name": name, "mime_type": mime, **ABOUT.get(kind, {}), **more}
        kept = self.double.files.keep(kind, content, size, **about)
        return self.send({kind: kept.body, **captioned(caption)}, content=content)

    def send_document(
        self,
        data: bytes | None = None,
        name: str = "anh.jpg",
        mime: str = "image/jpeg",
        **more: Any,
    ) -> Message:
        return self.send_file("document", data, name=name, mime=mime, **more)

    def send_voice(self, data: bytes = b"OggS") -> Message:
        return self.send_file("voice", data, name="v.oga", mime="audio/ogg")

    def send_video(self, data: bytes = b"ftyp") -> Message:
        return self.send_file("video", data, name="v.mp4", mime="video/mp4")

    def send_sticker(self, emoji: str = "👍") -> Message:
        return self.send_file("sticker", b"RIFF", name="s.webp", mime="image/webp", emoji=emoji)

    def album(self, photos: Sequence[bytes], caption: str = "") -> list[Callable[[], None]]:
        """The parts of one album, sent one by one as the test calls them, in any order."""
        name = str(13_000_000_000_000_000 + self.double.random.randrange(1 << 40))
        parts = [
            self.send_photo(photo, caption if not number else "", album=name, tell=False)
            for number, photo in enumerate(photos)
        ]
        return [partial(self.tell, "message", part, self.chat) for part in parts]

    def send_album(
        self, photos: Sequence[bytes], caption: str = "", order: Sequence[int] = ()
    ) -> None:
        """All at once; order: which part the bot gets first, as [2, 0, 1]."""
        parts = self.album(photos, caption)
        for number in order or range(len(parts)):
            parts[number]()
