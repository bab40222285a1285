"""Telegram over HTTP: `async with telegram() as double:`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from aiohttp import web

from tests.doubles.telegram import answering, editing, presenting, receiving, sending
from tests.doubles.telegram.faults import TAKE_EFFECT, Fault
from tests.doubles.telegram.files import UPLOAD
from tests.doubles.telegram.ledger import Call
from tests.doubles.telegram.limits import Flood
from tests.doubles.telegram.simulation import simulated
from tests.doubles.telegram.telegram import TOKEN, Telegram
from tests.doubles.telegram.wire import Json, Refusal, Request, answer, read

Method = Callable[[Telegram, Request], Any]
METHODS: dict[str, Method] = {
    name.lower(): method
    for part in (receiving, sending, editing, answering, presenting)
    for name, method in part.METHODS.items()
}
NAMES = {
    name.lower(): name
    for part in (receiving, sending, editing, answering, presenting)
    for name in part.METHODS
}
QUESTIONS = {"callback_query_id", "inline_query_id"}
BROKEN = {
    "500": (500, "Internal Server Error"),
    "502": (502, "Bad Gateway"),
    "502_after": (502, "Bad Gateway"),
}


class Dropped(Exception):
    """The connection breaks instead of an answer."""


async def handle(double: Telegram, request: web.BaseRequest) -> web.StreamResponse:
    path = request.path
    if path.startswith("/bot"):
        token, _, method = path[4:].partition("/")
        return await guarded(double, request, called(double, request, token, method))
    if path.startswith("/file/bot"):
        token, _, name = path[9:].partition("/")
        return await guarded(double, request, download(double, token, name))
    if path.startswith("/sim/"):
        return await simulated(double, request)
    return answer(Refusal(404, "Not Found").body(), 404)


async def guarded(
    double: Telegram, http: web.BaseRequest, answering: Awaitable[web.StreamResponse]
) -> web.StreamResponse:
    """Refusals and broken connections; a mistake of the double itself fails the test at its end."""
    try:
        return await answering
    except Refusal as refusal:
        return answer(refusal.body(), refusal.code)
    except Dropped:
        if http.transport:
            http.transport.abort()
        return web.Response()
    except Exception as problem:
        if http.transport is None or http.transport.is_closing():
            # The bot died in the middle of its call.
            return web.Response()
        double.broken.append(problem)
        return answer(Refusal(500, f"Internal Server Error: {problem!r}").body(), 500)


async def download(double: Telegram, token: str, name: str) -> web.Response:
    """For faults this is the method "download"."""
    fault, call = double.faults.drawn("download", None), Call(0, double.now(), name, None, {})
    if fault:
        await fail(fault, call)
    kept = double.files.by_path.get(name)
    if token != double.token or kept is None:
        raise Refusal(404, "Not Found")
    double.ledger.downloads[name] += 1
    return web.Response(body=kept.content.data, content_type="application/octet-stream")


async def called(
    double: Telegram, http: web.BaseRequest, token: str, method: str
) -> web.StreamResponse:
    if token != double.token:
        raise Refusal(401, "Unauthorized")
    if method.lower() not in METHODS:
        raise Refusal(404, "Not Found: method not found")
    if (http.content_length or 0) > UPLOAD:
        raise Refusal(413, "Request Entity Too Large")
    request = await read(http, NAMES[method.lower()])
    if request.method == "getUpdates":
        return await polled(double, request)
    return await accounted(double, request)


async def polled(double: Telegram, request: Request) -> web.StreamResponse:
    """A poll is not in the ledger of calls; its faults happen all the same."""
    call = Call(0, double.now(), "getUpdates", None, {})
    fault = double.faults.drawn("getUpdates", None)
    if fault and fault.kind not in TAKE_EFFECT:
        await fail(fault, call)
    found = await receiving.get_updates(double, request)
    if fault:
        await fail(fault, call)
    return answer({"ok": True, "result": found})


def number(value: object) -> int | None:
    try:
        return int(str(value))
    except ValueError:
        return None


def chat_of(double: Telegram, request: Request) -> int | None:
    """The chat a call is about; for the answer to a tap, that of its person."""
    if found := number(request.params.get("chat_id")):
        return found
    asked = next((request.params[name] for name in QUESTIONS if name in request.params), None)
    tap = double.queries.get(str(asked))
    return tap.user.id if tap else None


async def accounted(double: Telegram, request: Request) -> web.StreamResponse:
    ledger, chat = double.ledger, chat_of(double, request)
    call = Call(len(ledger.calls) + 1, double.now(), request.method, chat, request.shown())
    ledger.calls.append(call)
    fault = double.faults.drawn(request.method, chat)
    call.fault = fault.kind if fault else ""
    hangs = call.fault.startswith("hang")
    double.under_way += not hangs
    try:
        if fault and (fault.kind not in TAKE_EFFECT or fault.kind == "delay"):
            call.outcome = "lost"
            await fail(fault, call)
        body = await carried_out(double, request, call)
        if fault and fault.kind != "delay":
            call.heard = False
            await fail(fault, call)
        call.ended = double.now()
        return answer(body, call.code)
    finally:
        double.under_way -= not hangs
        double.changed.ring()


async def fail(fault: Fault, call: Call) -> None:
    """Raises what the bot hears; returns after a delay."""
    if fault.kind == "429":
        call.outcome, call.code, wait = "refused", 429, fault.retry_after
        raise Refusal(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
    if fault.kind in BROKEN:
        code, why = BROKEN[fault.kind]
        if call.heard:
            call.outcome, call.code = "refused", code
        raise Refusal(code, why)
    if fault.kind == "delay":
        return await asyncio.sleep(fault.seconds)
    if fault.kind.startswith("hang"):
        await asyncio.Event().wait()
    raise Dropped


async def carried_out(double: Telegram, request: Request, call: Call) -> Json:
    """The answer; what was refused and why is in the ledger."""
    try:
        if double.flood:
            double.flood.check(request.method, call.chat, asyncio.get_running_loop().time())
        result = METHODS[request.method.lower()](double, request)
        if isinstance(result, Awaitable):
            result = await result
    except Refusal as refusal:
        call.outcome, call.code = "refused", refusal.code
        call.description = refusal.description
        return refusal.body()
    call.outcome, call.code, call.messages = "accepted", 200, tuple(ids(result))
    return {"ok": True, "result": result}


def ids(result: Any) -> list[int]:
    every = result if isinstance(result, list) else [result]
    return [each["message_id"] for each in every if isinstance(each, dict) and "message_id" in each]


@asynccontextmanager
async def telegram(
    token: str = TOKEN,
    *,
    seed: int = 0,
    port: int = 0,
    flood: Flood | None = None,
    privacy: bool = True,
) -> AsyncIterator[Telegram]:
    """Served on 127.0.0.1 in this event loop; port 0: any."""
    double = Telegram(token, seed, flood=flood, privacy=privacy)

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        return await handle(double, request)

    loop = asyncio.get_running_loop()
    make = partial(web.BaseRequest, loop=loop, client_max_size=UPLOAD + (1 << 20))
    server = web.Server(handler, request_factory=make, handler_cancellation=True, access_log=None)
    runner = web.ServerRunner(server, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    double.port = runner.addresses[0][1]
    try:
        yield double
    finally:
        await double.webhook.stop()
        await runner.cleanup()
    if double.broken:
        raise ExceptionGroup("the double itself failed", double.broken)
