"""How a test talks with a page, without any driver: both know a server that keeps letters for them.

A page polls a box for work and posts what came of it into another; so does the test, the other way about.
"""

from __future__ import annotations

import http.client
import json
import queue
import secrets
import time
from typing import Any

POLL = 5.0  # seconds for which a request waits for a letter
PAGE = b"""<!doctype html>
<meta charset="utf-8">
<link rel="icon" href="data:,">
<title>At work</title>
<body>
<script>
(async () => {
  const Work = (async () => {}).constructor;
  for (;;) {
    const letter = await fetch(location.pathname.replace("/page/", "/mail/"));
    if (letter.status !== 200) continue;
    const {source, to, go} = await letter.json();
    if (go) return location.assign(go);
    let result;
    try { result = {value: await new Work(source)()}; } catch (error) { result = {error: String(error)}; }
    await fetch(to, {method: "POST", body: JSON.stringify(result)});
  }
})();
</script>
"""


class Mailbox:
    """The server's part, a WSGI application: pages under `/page/…`, letters under `/mail/…`."""

    def __init__(self) -> None:
        self._boxes: dict[str, queue.Queue[bytes]] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        if environ["PATH_INFO"].startswith("/page/"):
            return self._answer(start_response, "200 OK", PAGE, "text/html")
        box = self._boxes.setdefault(environ["PATH_INFO"], queue.Queue())
        if environ["REQUEST_METHOD"] == "POST":
            box.put(environ["wsgi.input"].read())
            return self._answer(start_response, "202 Accepted", b"")
        try:
            return self._answer(start_response, "200 OK", box.get(timeout=POLL))
        except queue.Empty:
            return self._answer(start_response, "404 Not Found", b"")

    def _answer(self, start_response: Any, status: str, body: bytes, kind: str = "application/json") -> list[bytes]:
        headers = [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")]
        start_response(status, headers)
        return [body]


class Correspondent:
    """The test's part: it has the page that polls `/mail/<name>` run JavaScript."""

    def __init__(self, port: int, name: str) -> None:
        self.port, self.name = port, name

    def run(self, source: str, timeout: float = 20.0) -> Any:
        """Return what the body of an async function returns, by way of JSON; raises `TimeoutError`."""
        to = f"/mail/{secrets.token_hex(8)}"
        self._post({"source": source, "to": to})
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            status, body = call(self.port, "GET", to)
            if status == 200:
                result = json.loads(body)
                if "error" in result:
                    raise RuntimeError(result["error"])
                return result.get("value")
        raise TimeoutError(f"{self.name} was silent for {timeout:.0f} s")

    def open(self, origin: str) -> None:
        """Go to the same page under another origin."""
        self._post({"go": f"{origin}/page/{self.name}"})
        if self.run("return location.origin") != origin:
            raise RuntimeError(f"{self.name} did not go to {origin}")

    def _post(self, letter: dict[str, str]) -> None:
        call(self.port, "POST", f"/mail/{self.name}", json.dumps(letter).encode())


def call(port: int, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    """One request to a server on this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=POLL + 10)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()
