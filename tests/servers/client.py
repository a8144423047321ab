"""A client that sends whatever bytes it is given: the ones that no library would let through."""

from __future__ import annotations

import contextlib
import io
import select
import socket
from http.client import HTTPMessage, HTTPResponse
from typing import Any, NamedTuple

TIMEOUT = 10.0


class Answer(NamedTuple):
    """One response, as far as it is good HTTP."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def cors(self) -> dict[str, str]:
        return {
            name.lower(): value for name, value in self.headers.items() if name.lower().startswith("access-control-")
        }


class _Shared(io.BufferedReader):
    """The reading end of a connection, which outlives the responses read from it."""

    def close(self) -> None:
        """Stay open: `HTTPResponse` closes what it has read to the end."""


class Connection:
    """A connection that several requests may be written to, and their answers read from in turn."""

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, TIMEOUT)
        self._reader = _Shared(socket.SocketIO(self.socket, "r"))

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def makefile(self, mode: str) -> Any:
        """The same reader for every response, so that none takes what belongs to the next."""
        return self._reader

    def send(self, data: bytes) -> Connection:
        self.socket.sendall(data)
        return self

    def read(self, method: str = "GET") -> Answer:
        """The next answer, to the end of its body."""
        response = self.begin(method)
        return Answer(response.status, response.headers, response.read())

    def begin(self, method: str = "GET") -> HTTPResponse:
        response = HTTPResponse(self, method=method)  # type: ignore[arg-type]
        response.begin()
        return response

    def is_open(self) -> bool:
        """Whether the server keeps the connection, with all its answers read; waits a little for it to hang up."""
        readable, _, _ = select.select([self.socket], [], [], 0.2)
        try:
            return not readable or self.socket.recv(1, socket.MSG_PEEK) != b""
        except ConnectionError:
            return False


def request(
    target: str | bytes, *lines: str | bytes, method: str = "GET", close: bool = True, host: str = "api.example"
) -> bytes:
    """The bytes of a request with these header lines, which may be anything."""
    target = target.encode("latin-1") if isinstance(target, str) else target
    every = [f"Host: {host}", *lines, *(["Connection: close"] if close else [])]
    head = b"\r\n".join(line.encode("latin-1") if isinstance(line, str) else line for line in every)
    return b"%s %s HTTP/1.1\r\n%s\r\n\r\n" % (method.encode(), target, head)


def preflight(target: str | bytes, origin: str, *lines: str | bytes, close: bool = True) -> bytes:
    """The bytes of a preflight for PUT."""
    asks = (f"Origin: {origin}", "Access-Control-Request-Method: PUT")
    return request(target, *asks, *lines, method="OPTIONS", close=close)


def converse(address: tuple[str, int], data: bytes) -> bytes:
    """Everything that the server says to `data` until it hangs up; it may do so while we are still speaking."""
    received = bytearray()
    with socket.create_connection(address, TIMEOUT) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(65536):
                received += part
    return bytes(received)


def head_of(conversation: bytes) -> bytes:
    return conversation.partition(b"\r\n\r\n")[0]
