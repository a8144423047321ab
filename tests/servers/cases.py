"""What every server must show, whatever its protocol: the conversations, and what may come of them."""

from __future__ import annotations

import secrets
from http.client import HTTPException
from typing import Any

import pytest

from tests.servers.apps import ALLOWED, FILE, LEFT, REFUSED
from tests.servers.client import Connection, converse, head_of, preflight, request
from tests.servers.conftest import Server

MIB = 1 << 20
ACRM = "Access-Control-Request-Method"
ACRH = "Access-Control-Request-Headers"

UNREADABLE_ORIGINS = [
    pytest.param(f"Origin: {ALLOWED}\rX-Injected: 1", id="O20 bare CR"),
    pytest.param(f"Origin: {ALLOWED}\nX Injected", id="O20 bare LF"),
    pytest.param(f"Origin: {ALLOWED}\x00", id="O20 NUL"),
    pytest.param(f"Origin: \x00{ALLOWED}", id="O20 NUL first"),
    pytest.param(f"Origin: {ALLOWED}\x7f", id="O20 DEL"),
    pytest.param(f"Origin: {ALLOWED}\x1b[31m", id="O20 ESC"),
    pytest.param(f"Origin: {ALLOWED}\x0b", id="O20 VT"),
    pytest.param(f"Origin: {ALLOWED}\xa0", id="O20 no-break space"),
    pytest.param(f"Origin: {ALLOWED}\x85", id="O20 next line"),
    pytest.param(f"Origin: {ALLOWED}\xff", id="O21 8-bit"),
    pytest.param("Origin: https://\xe0\xa4.example", id="O21 half a UTF-8 sequence"),
    pytest.param("Origin: https://\u0430pp.example".encode(), id="O14 homograph, raw"),
    pytest.param(f"Origin: {ALLOWED}\r\n .evil.example", id="obs-fold"),
    pytest.param(f"Origin:\r\n {ALLOWED}.evil.example", id="obs-fold first"),
    pytest.param(f"Origin: {ALLOWED}\r\nOrigin: {REFUSED}", id="O22 allowed, refused"),
    pytest.param(f"Origin: {REFUSED}\r\nOrigin: {ALLOWED}", id="O22 refused, allowed"),
    pytest.param(f"Origin: {ALLOWED}\r\nOrigin: {ALLOWED}", id="O22 the same twice"),
    pytest.param(f"Origin: {ALLOWED}\r\norigin:", id="O22 allowed, empty"),
    pytest.param(f"Origin: {ALLOWED}, {REFUSED}", id="O19 list"),
    pytest.param(f"Origin: {ALLOWED} {REFUSED}", id="O19 blank"),
    pytest.param(f"Origin: {ALLOWED}/", id="O19 slash"),
    pytest.param("Origin: HTTPS://APP.EXAMPLE", id="O12 upper case"),
    pytest.param("Origin:", id="O21 empty"),
    pytest.param("Origin: null", id="O23 null"),
    pytest.param(f"Origin : {ALLOWED}", id="blank before the colon"),
    pytest.param(f"X-Origin: {ALLOWED}", id="O29 another header"),
    pytest.param("Origin: https://" + "a" * MIB, id="O21 1 MiB"),
    pytest.param("Origin: https://" + "a" * 4000 + ".example", id="O21 4000 bytes"),
    pytest.param(f"Origin: {ALLOWED}" + "\t" * 4000 + ".", id="4000 tabs"),
]

UNREADABLE_NAMES = [
    pytest.param("x-token\rX-Injected: 1", id="D3 bare CR"),
    pytest.param("x-token\nX Injected", id="D3 bare LF"),
    pytest.param("x-token,injected\x00", id="D3 NUL"),
    pytest.param("x-token,injected\xff", id="D3 8-bit"),
    pytest.param("x-token,injected name", id="D3 blank inside"),
    pytest.param("x-token,<injected>", id="D3 no token"),
    pytest.param("x-token,\r\n injected", id="D3 obs-fold"),
    pytest.param(",".join(f"injected-{n}" for n in range(10_000)), id="D3 10,000 names"),
    pytest.param(",".join(f"injected-{n}" for n in range(400)), id="D3 400 names"),
    pytest.param("injected" * 800, id="D3 one name of 6400 bytes"),
    pytest.param("," * MIB + "injected", id="D1 1 MiB of commas"),
    pytest.param("," * 5000 + "injected", id="D1 5000 commas"),
    pytest.param("x-token," + " \t" * 2000 + "injected", id="D2 4000 blanks"),
    pytest.param("injected," * 100 + "\r\n" + "\r\n".join([f"{ACRH}: " + "," * 50] * 50), id="D1 50 lines of commas"),
]

UNREADABLE_METHODS = [
    pytest.param("GET, INJECTED", id="D4 list"),
    pytest.param("INJECTED\xff", id="D4 8-bit"),
    pytest.param("INJECTED\x00", id="D4 NUL"),
    pytest.param("PUT\rX-Injected: 1", id="D4 bare CR"),
    pytest.param("INJECTED" * 500, id="D4 4000 bytes"),
    pytest.param("I" * MIB, id="D4 1 MiB"),
    pytest.param("", id="D4 empty"),
    pytest.param("*", id="D4 star"),
    pytest.param("TRACE", id="D4 TRACE"),
]

AMBIGUOUS_TARGETS = [
    pytest.param("/public/../private", id="P1 dot segments"),
    pytest.param("/public/..%2fprivate", id="P1 encoded slash"),
    pytest.param("/public/%2e%2e/private", id="P1 encoded dots"),
    pytest.param("/public/%2E%2e%2Fprivate", id="P1 all encoded"),
    pytest.param("/public/%252e%252e/private", id="P3 encoded twice"),
    pytest.param("/public/..%255cprivate", id="P3 backslash encoded twice"),
    pytest.param("/public\\..\\private", id="P1 backslashes"),
    pytest.param("/public/..\\private", id="P1 backslash"),
    pytest.param("/public%5c..%5cprivate", id="P1 encoded backslash"),
    pytest.param("//public/x", id="P1 two slashes"),
    pytest.param("/public//../private", id="P1 two slashes inside"),
    pytest.param("//evil.example/public", id="P1 network path"),
    pytest.param("/private/../public", id="P1 the other way"),
    pytest.param("/./public", id="P1 one dot"),
    pytest.param("/public/%00", id="P9 NUL"),
    pytest.param("/%00/public", id="P9 NUL first"),
    pytest.param("/public/%ff%fe", id="P9 no UTF-8"),
    pytest.param("/public/%c0%ae%c0%ae/private", id="P9 overlong dots"),
    pytest.param(b"/public/\xff\xfe", id="P9 8-bit"),
    pytest.param(b"/public/\x00", id="P9 NUL, raw"),
    pytest.param("/%2570ublic/x", id="P3 encoded twice, another path"),
    pytest.param("/PUBLIC/x", id="P4 upper case"),
    pytest.param("/publicity", id="P6 a longer segment"),
    pytest.param("http://evil.example/private/x", id="absolute form"),
    pytest.param("http://evil.example/public/../private", id="absolute form, dot segments"),
    pytest.param("public/x", id="no slash"),
    pytest.param("*", id="asterisk form"),
    pytest.param("evil.example:443", id="authority form"),
    pytest.param("/" + "public/../" * 500, id="1000 segments"),
    pytest.param("/public/" + "%2e%2e%2f" * 500, id="500 encoded segments"),
]


def assert_nothing_granted(conversation: bytes) -> None:
    """An error of the server, a refusal, or silence."""
    head = head_of(conversation).lower()
    assert b"access-control-" not in head
    assert b"injected" not in head
    assert head == b"" or head.startswith((b"http/1.1 ", b"http/1.0 "))
    assert b" 500 " not in head.partition(b"\r\n")[0]


@pytest.mark.server
class ServerCases:
    """The conversations; a subclass says with whom, by a fixture `server`."""

    @pytest.fixture(autouse=True)
    def _survives(self, server: Server) -> Any:
        """Whatever a test says to the server, the same worker answers the next request properly."""
        before = server.worker()
        yield
        status, headers, body = server.get("/pid", f"Origin: {ALLOWED}")
        assert (status, body) == (200, before)
        assert headers["access-control-allow-origin"] == ALLOWED

    # What browsers do

    def test_an_allowed_origin_is_answered(self, server: Server) -> None:
        status, headers, _ = server.get("/ok", f"Origin: {ALLOWED}")
        assert status == 200
        assert {name: value for name, value in headers.items() if name.startswith("access-control-")} == {
            "access-control-allow-origin": ALLOWED,
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": "X-Total",
        }
        assert headers["vary"] == "Accept, Origin"

    def test_a_refused_origin_is_answered_without_a_grant(self, server: Server) -> None:
        status, headers, body = server.get("/ok", f"Origin: {REFUSED}")
        assert (status, body) == (200, server.worker())
        assert [name for name in headers if name.startswith("access-control-")] == []
        assert headers["vary"] == "Accept, Origin"

    def test_a_preflight_is_answered(self, server: Server) -> None:
        with Connection(server.address) as connection:
            answer = connection.send(preflight("/ok", ALLOWED, f"{ACRH}: x-token,x-family-a")).read("OPTIONS")
        assert (answer.status, answer.body) == (204, b"")
        assert "content-length" not in answer.headers
        assert answer.cors == {
            "access-control-allow-origin": ALLOWED,
            "access-control-allow-credentials": "true",
            "access-control-allow-methods": "PUT, DELETE, GET, HEAD, POST",
            "access-control-allow-headers": (
                "X-Token, Accept, Accept-Language, Content-Language, Content-Type, x-family-a"
            ),
            "access-control-max-age": "600",
        }

    def test_a_preflight_of_a_refused_origin_is_refused(self, server: Server) -> None:
        with Connection(server.address) as connection:
            answer = connection.send(preflight("/ok", REFUSED)).read("OPTIONS")
        assert (answer.status, answer.body, answer.cors) == (403, b"", {})
        assert answer.headers["Vary"] == "Origin"

    @pytest.mark.parametrize("spelling", ["ORIGIN: {}", "oRiGiN: {}", "origin:{}", "Origin: \t {} \t "])
    def test_header_names_have_no_letter_case_and_values_no_padding(self, server: Server, spelling: str) -> None:
        _, headers, _ = server.get("/ok", spelling.format(ALLOWED))
        assert headers["access-control-allow-origin"] == ALLOWED

    def test_a_redirect_carries_the_headers(self, server: Server) -> None:
        status, headers, _ = server.get("/redirect", f"Origin: {ALLOWED}")
        assert (status, headers["location"], headers["access-control-allow-origin"]) == (307, "/ok", ALLOWED)

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_a_file_arrives_whole(self, server: Server, method: str) -> None:
        status, headers, body = server.get("/file", f"Origin: {ALLOWED}", method=method)
        assert (status, headers["access-control-allow-origin"]) == (200, ALLOWED)
        assert body == (FILE.read_bytes() if method == "GET" else b"")

    def test_the_body_of_a_500_is_whole_and_the_log_has_the_exception(self, server: Server) -> None:
        before = server.log.read_text().count("Boom: before the start")
        status, headers, body = server.get("/boom", f"Origin: {ALLOWED}")
        assert (status, headers["access-control-allow-origin"]) == (500, ALLOWED)
        assert len(body) == int(headers["content-length"])
        assert server.logged("Boom: before the start", before + 1)
        assert server.logged("Traceback")

    def test_a_500_is_not_shared_with_a_refused_origin(self, server: Server) -> None:
        status, headers, _ = server.get("/boom", f"Origin: {REFUSED}")
        assert (status, headers["vary"]) == (500, "Origin")
        assert "access-control-allow-origin" not in headers

    def test_a_body_that_breaks_off_is_seen_to_break_off(self, server: Server) -> None:
        with Connection(server.address) as connection:
            response = connection.send(request("/late-boom", f"Origin: {ALLOWED}")).begin()
            assert (response.status, response.headers["Access-Control-Allow-Origin"]) == (200, ALLOWED)
            with pytest.raises((HTTPException, ConnectionError)):
                response.read()
        assert server.logged("Boom: after the start")

    def test_a_stream_arrives_while_it_is_made(self, server: Server) -> None:
        name = secrets.token_hex(8)
        with Connection(server.address) as connection:
            response = connection.send(request(f"/slow?{name}", f"Origin: {ALLOWED}")).begin()
            assert response.headers["Access-Control-Allow-Origin"] == ALLOWED
            assert response.read1() == b"first"
            (server.gates / name).touch()
            assert response.read() == b"last"

    def test_a_client_that_leaves_an_endless_stream_is_let_go(self, server: Server) -> None:
        with Connection(server.address) as connection:
            response = connection.send(request("/endless", f"Origin: {ALLOWED}")).begin()
            assert len(response.read(100_000)) == 100_000
        assert server.logged(LEFT)

    # Connections that go on

    def test_the_connection_goes_on_after_a_refused_preflight(self, server: Server) -> None:
        with Connection(server.address) as connection:
            connection.send(preflight("/ok", REFUSED, close=False))
            assert connection.read("OPTIONS").status == 403
            assert connection.is_open() is server.keeps_connections
            if server.keeps_connections:
                answer = connection.send(request("/pid", f"Origin: {ALLOWED}")).read()
                assert (answer.status, answer.body) == (200, server.worker())
                assert answer.cors["access-control-allow-origin"] == ALLOWED

    def test_pipelined_requests_are_answered_in_turn(self, server: Server) -> None:
        with Connection(server.address) as connection:
            connection.send(
                preflight("/ok", REFUSED, close=False)
                + preflight("/ok", ALLOWED, close=False)
                + request("/public", f"Origin: {REFUSED}", method="HEAD", close=False)
                + request("/ok", f"Origin: {ALLOWED}")
            )
            methods = ["OPTIONS", "OPTIONS", "HEAD", "GET"] if server.keeps_connections else ["OPTIONS"]
            answers = [connection.read(method) for method in methods]
            assert not connection.is_open()
        granted = [(answer.status, answer.cors.get("access-control-allow-origin")) for answer in answers]
        assert granted == [(403, None), (204, ALLOWED), (200, "*"), (200, ALLOWED)][: len(methods)]

    @pytest.mark.parametrize("origin", [ALLOWED, REFUSED])
    def test_the_body_of_a_preflight_is_not_the_next_request(self, server: Server, origin: str) -> None:
        smuggled = request("/ok", f"Origin: {ALLOWED}", "X-Smuggled: 1")
        with Connection(server.address) as connection:
            connection.send(preflight("/ok", origin, f"Content-Length: {len(smuggled)}", close=False) + smuggled)
            assert connection.read("OPTIONS").status in (204, 403)
            if connection.is_open():
                answer = connection.send(request("/redirect")).read()
                assert answer.status == 307

    @pytest.mark.parametrize("method", ["GET", "HEAD"])
    def test_after_a_500_the_connection_is_closed_or_sane(self, server: Server, method: str) -> None:
        with Connection(server.address) as connection:
            failed = connection.send(request("/boom", f"Origin: {ALLOWED}", method=method, close=False)).read(method)
            assert (failed.status, bool(failed.body)) == (500, method == "GET")
            if connection.is_open():
                assert connection.send(request("/pid")).read().body == server.worker()

    # What no client library sends

    @pytest.mark.parametrize("line", UNREADABLE_ORIGINS)
    @pytest.mark.parametrize("method", ["GET", "OPTIONS"])
    def test_an_origin_that_does_not_parse_is_granted_nothing(
        self, server: Server, line: str | bytes, method: str
    ) -> None:
        asks = [f"{ACRM}: PUT"] if method == "OPTIONS" else []
        assert_nothing_granted(converse(server.address, request("/private", line, *asks, method=method)))
        assert_nothing_granted(converse(server.address, request("/ok", line, *asks, method=method)))

    @pytest.mark.parametrize("names", UNREADABLE_NAMES)
    def test_requested_headers_that_do_not_parse_are_not_echoed(self, server: Server, names: str) -> None:
        head = head_of(converse(server.address, preflight("/ok", ALLOWED, f"{ACRH}: {names}")))
        assert b"injected" not in head.lower()
        assert len(head) < 2000
        assert_nothing_granted(converse(server.address, preflight("/ok", REFUSED, f"{ACRH}: {names}")))

    @pytest.mark.parametrize("asked", UNREADABLE_METHODS)
    def test_a_requested_method_that_does_not_parse_is_not_echoed(self, server: Server, asked: str) -> None:
        for origin in (ALLOWED, REFUSED):
            lines = (f"Origin: {origin}", f"{ACRM}: {asked}")
            head = head_of(converse(server.address, request("/ok", *lines, method="OPTIONS")))
            assert b"injected" not in head.lower()
            assert b"trace" not in head.lower()
            assert len(head) < 2000
            assert (b"access-control-" in head.lower()) <= (origin == ALLOWED)

    @pytest.mark.parametrize("line", [f"Origin: {ALLOWED}\nX-Injected: 1", f"Origin: {ALLOWED}\r\n\r\nX-Injected: 1"])
    def test_a_line_that_ends_early_injects_nothing(self, server: Server, line: str) -> None:
        assert b"injected" not in head_of(converse(server.address, request("/ok", line))).lower()

    @pytest.mark.parametrize(
        "name", ["Access_Control_Request_Method", "Access-Control-Request_Method", "ORIGIN_", "HTTP_ORIGIN"]
    )
    def test_an_underscore_is_no_hyphen(self, server: Server, name: str) -> None:
        head = head_of(converse(server.address, request("/private", f"Origin: {ALLOWED}", f"{name}: PUT")))
        assert b"access-control-" not in head.lower()

    @pytest.mark.parametrize("target", AMBIGUOUS_TARGETS)
    @pytest.mark.parametrize("method", ["GET", "OPTIONS"])
    def test_a_path_that_is_not_plainly_public_is_not_public(
        self, server: Server, target: str | bytes, method: str
    ) -> None:
        asks = [f"{ACRM}: PUT"] if method == "OPTIONS" else []
        assert_nothing_granted(converse(server.address, request(target, f"Origin: {REFUSED}", *asks, method=method)))

    @pytest.mark.parametrize("target", ["/public", "/public/", "/public/x", "/%70ublic/x", "/public?a=/../private"])
    def test_a_path_that_is_plainly_public_is(self, server: Server, target: str) -> None:
        _, headers, _ = server.get(target, f"Origin: {REFUSED}")
        assert headers["access-control-allow-origin"] == "*"

    @pytest.mark.parametrize(
        "host", [REFUSED.removeprefix("https://"), "app.example", "", "a, b", "[", "\xff", "x" * 5000]
    )
    def test_no_host_makes_an_origin_allowed(self, server: Server, host: str) -> None:
        assert_nothing_granted(converse(server.address, request("/ok", f"Origin: {REFUSED}", host=host)))

    def test_http_1_0_without_a_host_is_answered(self, server: Server) -> None:
        head = head_of(converse(server.address, f"GET /ok HTTP/1.0\r\nOrigin: {ALLOWED}\r\n\r\n".encode()))
        assert f"access-control-allow-origin: {ALLOWED}\r\n".encode() in head.lower() + b"\r\n"
