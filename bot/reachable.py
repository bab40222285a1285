"""What can be asked over the network: is our port free, does Telegram know the token."""

import asyncio
import errno
import json
import socket
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import aiohttp

from bot.config import Telegram

PATIENCE = 10.0
BUSY = (
    "Cổng {port} đang bận: {who}. Hãy tắt chương trình đó, hoặc dùng cổng khác: đặt port trong "
    "mục [web] (hay biến DVK_WEB__PORT={other}); với bản dùng thử: make demo PORT={other}"
)
OURS = "một bản dvk khác đang chạy ở đó"
OTHERS = "một chương trình khác đang dùng, xem bằng lệnh: ss -ltnp 'sport = :{port}'"
NEW_CODE = "Vào @BotFather, gõ /token để xem lại mã rồi đặt vào token của [[telegram]]."
NETWORK = "Kiểm tra đường mạng của máy này và dòng base_url trong mục [[telegram]]."


def port_problem(host: str, port: int) -> str:
    """Why we could not listen there, and the way out; empty when we can."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=1)
        with socket.socket(found[0][0]) as test:
            test.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            test.bind(found[0][4])
    except OSError as problem:
        return explain_port(host, port, problem)
    return ""


def explain_port(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        who = OURS if is_ours(host, port) else OTHERS.format(port=port)
        return BUSY.format(port=port, who=who, other=port + 1)
    if problem.errno == errno.EACCES:
        return f"Cổng {port} cần quyền quản trị máy. Hãy đặt port từ 1024 trở lên, ví dụ 8080."
    return f"Máy này không có địa chỉ {host}. Hãy đặt host trong mục [web] là 127.0.0.1."


def is_ours(host: str, port: int) -> bool:
    """Whether the program that listens there answers like our own /health."""
    near = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # nosec B104
    address = f"http://[{near}]:{port}/health" if ":" in near else f"http://{near}:{port}/health"
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=2) as answer:
            body = answer.read(10_000)
    except HTTPError as unwell:
        body = unwell.read(10_000)
    except (OSError, HTTPException):
        return False
    try:
        return {"status", "checked"} <= set(json.loads(body))
    except (TypeError, ValueError):
        return False


async def ask_telegram(bot: Telegram, patience: float = PATIENCE) -> tuple[str, str]:
    """What Telegram says of a token, and what to do ("" when all is well)."""
    address = f"{bot.base_url}{bot.token.get_secret_value()}/getMe"
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(patience)) as client,
            client.get(address) as answer,
        ):
            return _heard(answer.status, await answer.json(content_type=None))
    except TimeoutError:
        return f"máy chủ Telegram không trả lời trong {patience:.0f} giây", NETWORK
    except (aiohttp.ClientConnectorError, aiohttp.ServerDisconnectedError):
        return "không nối được tới máy chủ Telegram", NETWORK
    except (aiohttp.ClientError, ValueError):
        return "máy chủ trả lời không giống Telegram", NETWORK


def _heard(status: int, body: object) -> tuple[str, str]:
    result = body.get("result") if isinstance(body, dict) and body.get("ok") else None
    if status == 200 and isinstance(result, dict):
        return f"@{result.get('username', '?')}", ""
    match status:
        case 401:
            return "Telegram không nhận mã bot này (401)", NEW_CODE
        case 404:
            return "không có bot nào với mã này (404)", f"{NEW_CODE} {NETWORK}"
        case _:
            return f"máy chủ trả lời không giống Telegram ({status})", NETWORK


def ask_all(bots: tuple[Telegram, ...]) -> list[tuple[str, str]]:
    async def ask() -> list[tuple[str, str]]:
        return list(await asyncio.gather(*map(ask_telegram, bots)))

    return asyncio.run(ask()) if bots else []
