"""What an error carries: step, rule, exchange, the console's words, the fix, and a curl command."""

# ruff: noqa: RUF001 (Firefox writes curly quotation marks)

from __future__ import annotations

import pickle
import shlex
import subprocess
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from cors_core.browser import Outgoing
from cors_core.testing import CORSError, NetworkError
from cors_core.testing.log import curl
from tests.components import require
from tests.testing.servers import API, APP, LETS_IN, OPEN, WSGI, answering, page_over, protected, routes

ACAO, ACAC = "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials"
WHERE = f"'{API}/' from origin '{APP}' has been blocked by CORS policy: "
PREFLIGHT = "Response to preflight request doesn't pass access control check: "


def preflighted(*headers: tuple[str, str], status: str = "200 OK") -> WSGI:
    """An application that lets everybody in, but for its answer to preflights."""
    return routes({"OPTIONS /": answering(*headers, status=status), "/": answering(*LETS_IN)})


def failure(app: Any, url: str = API, page: str = APP, **options: Any) -> NetworkError:
    with pytest.raises(NetworkError) as caught:
        page_over(app, url=page).fetch(url, **options)
    return caught.value


PUT = {"method": "PUT"}
INCLUDE = {"credentials": "include"}
CASES = [
    pytest.param(
        answering(),
        {},
        "allow-origin-missing",
        "No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 200.",
        f"Origin {APP} is not allowed by Access-Control-Allow-Origin. Status code: 200",
        f"add '{APP}' to allow_origins",
        id="no header",
    ),
    pytest.param(
        answering(*OPEN),
        INCLUDE,
        "allow-origin-wildcard",
        "must not be the wildcard '*' when the request's credentials mode is 'include'.",
        "Credential is not supported if the CORS header ‘Access-Control-Allow-Origin’ is ‘*’).",
        "Cannot use wildcard in Access-Control-Allow-Origin when credentials flag is true.",
        f"allow_credentials=['{APP}']",
        id="wildcard with credentials",
    ),
    pytest.param(
        answering((ACAO, APP), (ACAO, APP)),
        {},
        "allow-origin-multiple",
        f"contains multiple values '{APP}, {APP}', but only one is allowed.",
        "Multiple CORS header ‘Access-Control-Allow-Origin’ not allowed).",
        "Access-Control-Allow-Origin cannot contain more than one origin.",
        "two layers add the header",
        id="two headers",
    ),
    pytest.param(
        answering((ACAO, f"{APP}/")),
        {},
        "allow-origin-mismatch",
        f"has a value '{APP}/' that is not equal to the supplied origin.",
        f"does not match ‘{APP}/’).",
        f"Origin {APP} is not allowed by Access-Control-Allow-Origin. Status code: 200",
        "an origin has no slash at the end",
        id="slash",
    ),
    pytest.param(
        answering((ACAO, "example")),
        {},
        "allow-origin-mismatch",
        "contains the invalid value 'example'.",
        "does not match ‘example’).",
        f"Origin {APP} is not allowed by Access-Control-Allow-Origin. Status code: 200",
        f"add '{APP}' to allow_origins",
        id="no origin",
    ),
    pytest.param(
        answering((ACAO, APP), (ACAC, "True")),
        INCLUDE,
        "allow-credentials",
        "header in the response is 'True' which must be 'true' when the request's credentials mode is 'include'.",
        "expected ‘true’ in CORS header ‘Access-Control-Allow-Credentials’).",
        'Credentials flag is true, but Access-Control-Allow-Credentials is not "true".',
        "allow_credentials=True",
        id="True is not true",
    ),
    pytest.param(
        preflighted(*LETS_IN, status="404 Not Found"),
        PUT,
        "preflight-status",
        f"{PREFLIGHT}It does not have HTTP ok status.",
        "CORS preflight response did not succeed). Status code: 404.",
        "Preflight response is not successful. Status code: 404",
        "put the CORS middleware around all of the application",
        id="preflight not found",
    ),
    pytest.param(
        preflighted(status="405 Method Not Allowed"),
        PUT,
        "allow-origin-missing",
        f"{PREFLIGHT}No 'Access-Control-Allow-Origin' header is present on the requested resource.",
        "CORS header ‘Access-Control-Allow-Origin’ missing). Status code: 405.",
        "Preflight response is not successful. Status code: 405",
        "nobody answers OPTIONS here",
        id="preflight not allowed",
    ),
    pytest.param(
        preflighted(*LETS_IN, ("Location", "/x"), status="308 Permanent Redirect"),
        PUT,
        "preflight-redirect",
        f"{PREFLIGHT}Redirect is not allowed for a preflight request.",
        "CORS request external redirect not allowed).",
        "Preflight response is not successful. Status code: 308",
        "fetch /x straight away",
        id="preflight redirected",
    ),
    pytest.param(
        preflighted(*LETS_IN, ("Access-Control-Allow-Methods", "PU T")),
        PUT,
        "list-invalid",
        "Cannot parse Access-Control-Allow-Methods response header field in preflight response.",
        "invalid token ‘PU T’ in CORS header ‘Access-Control-Allow-Methods’).",
        "Header Access-Control-Allow-Methods has an invalid value: PU T",
        "by commas",
        id="no list",
    ),
    pytest.param(
        preflighted(*LETS_IN),
        PUT,
        "method-refused",
        "Method PUT is not allowed by Access-Control-Allow-Methods in preflight response.",
        "Did not find method in CORS header ‘Access-Control-Allow-Methods’).",
        "Method PUT is not allowed by Access-Control-Allow-Methods.",
        "add 'PUT' to allow_methods",
        id="method",
    ),
    pytest.param(
        preflighted(*LETS_IN, ("Access-Control-Allow-Methods", "PATCH")),
        {"method": "patch"},
        "method-refused",
        "Method patch is not allowed by Access-Control-Allow-Methods in preflight response.",
        "Did not find method in CORS header ‘Access-Control-Allow-Methods’).",
        "Method patch is not allowed by Access-Control-Allow-Methods.",
        "let the page write method='PATCH'",
        id="method in lower case",
    ),
    pytest.param(
        preflighted(*LETS_IN, ("Access-Control-Allow-Headers", "X-A")),
        {"headers": {"X-A": "1", "X-B": "2"}},
        "header-refused",
        "Request header field x-b is not allowed by Access-Control-Allow-Headers in preflight response.",
        "header ‘x-b’ is not allowed according to header ‘Access-Control-Allow-Headers’ from CORS preflight response).",
        "Request header field x-b is not allowed by Access-Control-Allow-Headers.",
        "add 'x-b' to allow_headers",
        id="header",
    ),
    pytest.param(
        preflighted(*LETS_IN, ("Access-Control-Allow-Headers", "*")),
        {"headers": {"Authorization": "x"}},
        "authorization-not-listed",
        "Request header field authorization is not allowed by Access-Control-Allow-Headers in preflight response.",
        "header ‘authorization’ is not allowed according to header",
        "Request header field authorization is not allowed by Access-Control-Allow-Headers.",
        "add 'Authorization' to allow_headers",
        id="authorization",
    ),
    pytest.param(
        answering(*LETS_IN, ("Location", "https://user@api.example.com/x"), status="302 Found"),
        {},
        "redirect-credentials",
        "contains a username and password, which is disallowed for cross-origin requests.",
        "CORS request did not succeed). Status code: (null).",
        "redirection URL https://user@api.example.com/x has credentials",
        "without user name",
        id="user name in a redirect",
    ),
]


@pytest.mark.parametrize(("app", "options", "step", "chromium", "firefox", "webkit", "fix"), CASES)
def test_an_error_speaks_as_the_engines_do_and_names_the_fix(
    app: Any, options: dict[str, Any], step: str, chromium: str, firefox: str, webkit: str, fix: str
) -> None:
    error = failure(app, **options)
    assert isinstance(error, CORSError)
    assert error.step == step
    assert error.rule.startswith("https://fetch.spec.whatwg.org/#")
    assert error.console["chromium"].startswith(f"Access to fetch at {WHERE}")
    assert chromium in error.console["chromium"]
    assert firefox in error.console["firefox"]
    assert webkit in error.console["webkit"].splitlines()[0]
    assert error.console["webkit"].endswith(f"\nFetch API cannot load {API}/ due to access control checks.")
    assert fix in error.hint


@pytest.mark.parametrize(
    ("status", "fix"),
    [
        pytest.param("401 Unauthorized", "authentication comes before CORS", id="401"),
        pytest.param("302 Found", "a redirect needs the headers as well", id="302"),
        pytest.param("500 Internal Server Error", "around the error handlers", id="500"),
    ],
)
def test_a_status_hints_at_the_layer_that_answered(status: str, fix: str) -> None:
    assert fix in failure(answering(("Location", "/x"), status=status)).hint


def test_a_401_to_a_preflight_hints_at_authentication() -> None:
    assert "authentication answers preflights" in failure(preflighted(*LETS_IN, status="401 No"), **PUT).hint


def test_an_opaque_page_is_told_what_null_means() -> None:
    assert "identifies nobody" in failure(answering(), page="null").hint


@pytest.mark.parametrize("allowed", [(), LETS_IN], ids=["no header", "the page's own"])
def test_a_redirect_that_made_the_origin_null_is_named(allowed: Any) -> None:
    first = answering(*LETS_IN, ("Location", "https://cdn.example.com/"), status="302 Found")
    error = failure({API: first, "https://cdn.example.com": answering(*allowed)})
    assert "makes Origin 'null'" in error.hint
    assert f"'https://cdn.example.com/' (redirected from '{API}/')" in error.console["chromium"]


@pytest.mark.parametrize(
    ("options", "step", "cors"),
    [
        pytest.param({"mode": "same-origin"}, "same-origin-mode", True, id="mode same-origin"),
        pytest.param({"mode": "no-cors", "redirect": "error"}, "no-cors-redirect", True, id="no-cors"),
        pytest.param({"redirect": "error"}, "redirect-mode", False, id="redirect mode"),
    ],
)
def test_what_no_console_explains_is_what_the_script_catches(options: Any, step: str, cors: bool) -> None:
    error = failure(answering(*OPEN, ("Location", "/x"), status="302 Found"), **options)
    assert (error.step, isinstance(error, CORSError)) == (step, cors)
    assert error.console["webkit"] == "TypeError: Load failed"
    assert error.hint


def test_other_ways_to_fail_have_a_hint_as_well() -> None:
    assert "another port" in failure(answering(), url=f"{API}:25").hint
    assert "one Location" in failure(answering(*OPEN, ("Location", "https://["), status="302 Found")).hint


def test_an_error_prints_all_it_knows() -> None:
    app = protected(answering(), allow_methods=["PUT"])
    error = failure(app, url=f"{API}/items/1", method="PATCH", json={"it's": 1})
    expected = f"""\
method PATCH is not allowed by Access-Control-Allow-Methods
  page      {APP}
  preflight OPTIONS {API}/items/1
            Access-Control-Request-Method: PATCH
            Access-Control-Request-Headers: content-type
            Origin: {APP}
  because   method PATCH, header content-type
  response  204
            Access-Control-Allow-Origin: {APP}
            Access-Control-Allow-Methods: PUT, GET, HEAD, POST
            Access-Control-Allow-Headers: Accept, Accept-Language, Content-Language, Content-Type
            Access-Control-Max-Age: 600
            Vary: Origin
  rule      method-refused, https://fetch.spec.whatwg.org/#cors-preflight-fetch-0
  console   Access to fetch at '{API}/items/1' from origin '{APP}' has been blocked by CORS policy: \
Method PATCH is not allowed by Access-Control-Allow-Methods in preflight response.
  fix       add 'PATCH' to allow_methods
  curl      curl -i -X OPTIONS {API}/items/1 -H 'Access-Control-Request-Method: PATCH' \
-H 'Access-Control-Request-Headers: content-type' -H 'Origin: {APP}' -H 'Referer: {APP}/' \
-H 'Sec-Fetch-Site: same-site' -H 'Sec-Fetch-Mode: cors' -H 'Sec-Fetch-Dest: empty'"""
    assert str(error) == expected


def test_the_console_is_that_of_the_profile() -> None:
    with pytest.raises(CORSError) as caught:
        page_over(answering(), profile="firefox").fetch(API)
    assert "Cross-Origin Request Blocked" in str(caught.value)


def test_an_error_shows_why_a_cookie_was_not_sent() -> None:
    page = page_over(answering(), url="https://elsewhere.example")
    page.browser.cookies.set(API, "s=1; SameSite=Strict")
    with pytest.raises(CORSError, match="it is SameSite=Strict, and the request is cross-site"):
        page.fetch(API, credentials="include")


def test_an_error_has_the_exchange() -> None:
    error = failure(answering(("X-A", "1"), status="201 Created"))
    assert error.response is not None
    assert error.request is not None
    assert (error.response.status, error.response.header("x-a")) == (201, "1")
    assert error.request.url == f"{API}/"
    assert error.requests == (error.request,)
    assert failure(answering(), url=f"{API}:25").curl is None


# -- curl -------------------------------------------------------------------------------------------


def outgoing(method: str = "GET", url: str = API, body: bytes = b"", **headers: str) -> Outgoing:
    return Outgoing("request", method, url, tuple((n.replace("_", "-"), v) for n, v in headers.items()), body)


@pytest.mark.parametrize(
    ("request_", "command"),
    [
        pytest.param(outgoing(Host="x", Content_Length="3", Accept="*/*"), f"curl -i {API}", id="curl's own headers"),
        pytest.param(outgoing("HEAD"), f"curl -I {API}", id="HEAD"),
        pytest.param(outgoing(X_A=""), f"curl -i {API} -H 'X-A;'", id="empty value"),
        pytest.param(outgoing(url=f"{API}/?a=[1]&b"), f"curl -i -g '{API}/?a=[1]&b'", id="brackets"),
        pytest.param(outgoing(X_A="it's"), f"""curl -i {API} -H 'X-A: it'"'"'s'""", id="quote"),
        pytest.param(
            outgoing("POST", body=b"@a", Content_Type="text/plain"),
            f"curl -i -X POST {API} -H 'Content-Type: text/plain' --data-raw @a",
            id="text",
        ),
        pytest.param(
            outgoing("POST", body=b"\0a"),
            f"printf '%b' '\\0000\\0141' | curl -i -X POST {API} -H Content-Type: --data-binary @-",
            id="bytes",
        ),
    ],
)
def test_the_curl_command_is_quoted(request_: Outgoing, command: str) -> None:
    assert curl(request_) == command


@pytest.mark.server
@pytest.mark.parametrize("body", [b"plain", 'it\'s "é" $HOME `x` \\n\n'.encode(), bytes(range(256))])
def test_curl_sends_what_the_browser_sent(body: bytes) -> None:
    require("curl")
    came: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            came.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/a%20b?c=d&e=$f"
        command = curl(outgoing("PUT", url, body, X_A="$HOME 'x' \"y\" \\ !", X_Empty=""))
        assert shlex.split(command)
        subprocess.run(["sh", "-c", f"{command} -s"], check=True, capture_output=True, timeout=20)
        thread.join()
    headers, sent = came[0]
    assert sent == body
    assert (headers["X-A"], headers["X-Empty"]) == ("$HOME 'x' \"y\" \\ !", "")
    assert headers["Content-Type"] is None


def refused_with(body: str) -> CORSError:
    page = page_over(protected(answering()), url="https://evil.example/")
    with pytest.raises(CORSError) as caught:
        page.fetch(f"{API}/", method="POST", body=body)
    return caught.value


def test_an_error_travels_to_another_process() -> None:
    error = refused_with("x")
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is CORSError
    assert str(twin) == str(error)
    assert twin.step == error.step


def test_the_printed_command_sends_the_lines_that_were_sent() -> None:
    error = refused_with("first\nsecond")
    assert error.curl is not None
    assert error.curl in str(error)
    assert shlex.split(error.curl)[-1] == "first\nsecond"
