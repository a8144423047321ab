"""Bodies, and the type that each brings along: https://fetch.spec.whatwg.org/#concept-bodyinit-extract"""

from __future__ import annotations

import json as json_module
import secrets
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

from cors_core.browser import FetchTypeError

NOTHING: Final[Any] = type("Nothing", (), {"__repr__": lambda self: "nothing"})()
"""No `json=` at all, for None is a value in JSON."""

URL_ENCODED: Final = "application/x-www-form-urlencoded;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with a type, as JavaScript's `Blob` and `File` are; `name` makes it a file of a form."""

    content: bytes | str
    type: str = ""
    name: str | None = None

    def __bytes__(self) -> bytes:
        return self.content.encode() if isinstance(self.content, str) else self.content


@dataclass(frozen=True, slots=True)
class FormData:
    """A form with files: `FormData({"title": "Tea", "photo": Blob(data, "image/png", "tea.png")})`."""

    fields: Mapping[str, str | Blob] | Iterable[tuple[str, str | Blob]]
    boundary: str = field(default_factory=lambda: f"----FormBoundary{secrets.token_hex(8)}")

    def __bytes__(self) -> bytes:
        return b"".join(self._parts()) + f"--{self.boundary}--\r\n".encode()

    def _parts(self) -> Iterator[bytes]:
        """https://html.spec.whatwg.org/#multipart-form-data."""
        for name, value in self.fields.items() if isinstance(self.fields, Mapping) else self.fields:
            yield f'--{self.boundary}\r\nContent-Disposition: form-data; name="{_quoted(name)}"'.encode()
            if isinstance(value, Blob):
                kind = value.type or "application/octet-stream"
                yield f'; filename="{_quoted(value.name or "blob")}"\r\nContent-Type: {kind}'.encode()
            yield b"\r\n\r\n" + (bytes(value) if isinstance(value, Blob) else value.encode()) + b"\r\n"


def _quoted(text: str) -> str:
    return text.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")


class Body(NamedTuple):
    """What is sent, the type that it implies, and whether it can be sent once only."""

    content: bytes | None = None
    type: str | None = None
    stream: bool = False


def encoded(json: Any = NOTHING, data: object = None, body: object = None) -> Body:
    """Return the body that `fetch()` would send for one of the three.

    `json` is `JSON.stringify` together with its Content-Type, `data` a form, `body` what `fetch` takes itself.
    """
    if (json is not NOTHING) + (data is not None) + (body is not None) > 1:
        raise FetchTypeError("a request has one body: json, data or body")
    if json is not NOTHING:
        text = json_module.dumps(json, ensure_ascii=False, separators=(",", ":"))
        return Body(text.encode(), "application/json")
    if data is not None and not isinstance(data, (FormData, Blob, str, bytes)):
        return Body(urlencode(data, doseq=True).encode(), URL_ENCODED)  # type: ignore[arg-type]
    return _extracted(data if body is None else body)


def _extracted(body: object) -> Body:
    if body is None:
        return Body()
    if isinstance(body, str):
        return Body(_as_utf8(body), "text/plain;charset=UTF-8")
    if isinstance(body, (bytes, bytearray, memoryview)):
        return Body(bytes(body))
    if isinstance(body, Blob):
        return Body(bytes(body), body.type or None)
    if isinstance(body, FormData):
        return Body(bytes(body), f"multipart/form-data; boundary={body.boundary}")
    if isinstance(body, Mapping):
        raise FetchTypeError("a dict is no body: pass it as json=, or as data= for a form")
    if isinstance(body, Iterable):
        return Body(b"".join(body), stream=True)
    raise FetchTypeError(
        f"{type(body).__name__} is no body: pass text, bytes, a Blob, FormData, or an iterable of bytes"
    )


def _as_utf8(text: str) -> bytes:
    """Return text as a script's string becomes bytes: a lone surrogate is U+FFFD. https://webidl.spec.whatwg.org/#dfn-obtain-unicode"""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode()
