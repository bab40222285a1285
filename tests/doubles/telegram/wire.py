"""One call of the Bot API as it comes over HTTP, and what Telegram says when it refuses."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import content_disposition_filename, parse_content_disposition, web
from orjson import JSONDecodeError, dumps, loads

TYPE_NAMES = {bool: "Boolean", str: "String", list: "Array", int: "Number", dict: "Object"}
BOUNDARY = re.compile(r'boundary="?([^";]+)')
TRUE = {"true", "1", "yes"}
Json = dict[str, Any]


class Refusal(Exception):
    """The answer of Telegram to a call it does not accept, in its words."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def body(self) -> Json:
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return {**body, "parameters": self.parameters} if self.parameters else body


def bad(description: str, **parameters: int) -> Refusal:
    return Refusal(400, f"Bad Request: {description}", **parameters)


def forbidden(description: str) -> Refusal:
    return Refusal(403, f"Forbidden: {description}")


@dataclass(slots=True)
class Upload:
    name: str
    data: bytes
    mime: str


@dataclass(slots=True)
class Request:
    """Parameters are strings, or what JSON had; of names sent twice the last counts."""

    method: str
    params: Json
    files: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        value = self.params.get(name, default)
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        try:
            return int(self.params.get(name) or default)
        except (TypeError, ValueError):
            raise bad(f"invalid {name} specified") from None

    def real(self, name: str) -> float:
        try:
            return float(self.params[name])
        except (KeyError, TypeError, ValueError):
            raise bad(f'parameter "{name}" is required') from None

    def flag(self, name: str) -> bool:
        return str(self.params.get(name, "")).lower() in TRUE

    def json(self, name: str, what: str = "") -> Any:
        """What JSON the parameter holds; None when it was not sent."""
        value = self.params.get(name)
        if not isinstance(value, str):
            return value
        try:
            return loads(value) if value else None
        except JSONDecodeError:
            raise bad(f"can't parse {what or name} JSON object") from None

    def shown(self) -> Json:
        """For the ledger: files by name and size."""
        files = {name: f"<{file.name}, {len(file.data)} B>" for name, file in self.files.items()}
        return {**self.params, **files}


def of_type(value: Any, kind: type, name: str) -> Any:
    if not isinstance(value, kind):
        raise bad(f'field "{name}" must be of type {TYPE_NAMES[kind]}')
    return value


async def read(request: web.BaseRequest, method: str) -> Request:
    params: Json = dict(request.query)
    if not request.can_read_body:
        return Request(method, params)
    kind = request.content_type
    body = await request.read()
    if kind == "multipart/form-data":
        return _multipart(method, params, request.headers["Content-Type"], body)
    if kind == "application/json":
        try:
            return Request(method, params | of_type(loads(body or b"{}"), dict, "body"))
        except JSONDecodeError:
            raise bad("can't parse request JSON object") from None
    if body and kind != "application/x-www-form-urlencoded":
        raise bad(f"content type {kind} is not understood")
    return Request(method, params | dict(parse_qsl(body.decode(), keep_blank_values=True)))


def _multipart(method: str, params: Json, head: str, body: bytes) -> Request:
    """In memory: what aiohttp reads into temporary files is left open when the bot is killed."""
    found = BOUNDARY.search(head)
    if not found:
        raise bad("multipart body without a boundary")
    files = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + found[1].encode())[1:-1]:
        top, _, data = part.partition(b"\r\n\r\n")
        lines = (line.partition(":") for line in top.decode().strip().split("\r\n"))
        headers = {name.lower(): value.strip() for name, _, value in lines}
        _, about = parse_content_disposition(headers.get("content-disposition"))
        file = content_disposition_filename(about)
        if file is None:
            params[about["name"]] = data.decode()
        else:
            files[about["name"]] = Upload(file, data, headers.get("content-type", ""))
    return Request(method, params, files)


def answer(body: Json, status: int = 200) -> web.Response:
    return web.Response(body=dumps(body), status=status, content_type="application/json")
