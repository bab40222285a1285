"""Which pages are listening, so that signing out or a shutdown can end their streams."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field

PER_CHAT = 6


@dataclass(eq=False, slots=True)
class Stream:
    """why tells the page what to do next: "out" sign in, "full" wait for a tap, "again" reconnect
    soon."""

    chat: str
    secret: str
    why: str = ""
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self, why: str) -> None:
        self.why = self.why or why
        self.ended.set()


class Streams:
    def __init__(self) -> None:
        self.by_chat: dict[str, list[Stream]] = defaultdict(list)

    def join(self, chat: str, secret: str) -> Stream:
        """Above the limit the oldest one makes room: it may be a connection long dead."""
        listening = self.by_chat[chat]
        if len(listening) >= PER_CHAT:
            listening.pop(0).end("full")
        listening.append(stream := Stream(chat, secret))
        return stream

    def leave(self, stream: Stream) -> None:
        listening = self.by_chat[stream.chat]
        if stream in listening:
            listening.remove(stream)
        if not listening:
            del self.by_chat[stream.chat]

    def end_session(self, secret: str) -> None:
        for stream in self.all():
            if stream.secret == secret:
                stream.end("out")

    def end_all(self) -> None:
        for stream in self.all():
            stream.end("again")

    def all(self) -> list[Stream]:
        return [stream for listening in self.by_chat.values() for stream in listening]
