"""Flask behind a real nginx: what is public is what counts, wherever ProxyFix was put, and nothing is sent twice."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator

import pytest

from tests.flask.servers.proxied import API, APP, GUARDED, OPEN, told
from tests.servers.client import Answer
from tests.servers.front import BODY_LIMIT, Front, serving

pytestmark = pytest.mark.server
STRANGER = "https://stranger.example"
ACRM = "Access-Control-Request-Method"


WAYS = [
    pytest.param("cors_first=False, marked=False", id="CORS after ProxyFix"),
    pytest.param("cors_first=True, marked=False", id="CORS before ProxyFix"),
]
MARKED = [
    pytest.param("cors_first=False, marked=True", id="CORS after ProxyFix, a marked view"),
    pytest.param("cors_first=True, marked=True", id="CORS before ProxyFix, a marked view"),
]


@pytest.fixture(scope="module", params=WAYS + MARKED)
def front(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with serving(tmp_path_factory.mktemp("proxied"), f"tests.flask.servers.proxied:create_app({request.param})") as it:
        yield it


@pytest.fixture
def path() -> str:
    """A path that no other test asks for, by which the log can be searched."""
    return f"/pid/{secrets.token_hex(8)}"


def vary(answer: Answer) -> list[str]:
    return answer.headers.get_all("Vary", [])


def cors(answer: Answer) -> dict[str, str]:
    """The CORS headers, each of which there is one line of."""
    lines = [(name.lower(), value) for name, value in answer.headers.items()]
    owned = [(name, value) for name, value in lines if name.startswith("access-control-")]
    assert len(owned) == len(dict(owned)), owned
    return dict(owned)


GRANTED = {
    "access-control-allow-origin": APP,
    "access-control-allow-credentials": "true",
    "access-control-expose-headers": "X-Total",
}


def test_the_application_sees_what_is_public(front: Front) -> None:
    answer = front.ask("GET", "/seen", API, {})
    assert json.loads(answer.body) == [f"https://{API}/seen", "127.0.0.1"]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("host", [API, f"{API}:8443", GUARDED])
def test_a_request_of_the_own_pages_is_no_refusal(front: Front, path: str, method: str, host: str) -> None:
    answer = front.ask(method, path, host, {"Origin": f"https://{host}"})
    assert (answer.status, cors(answer), len(vary(answer))) == (200, {}, 1)
    assert front.gunicorn.logged(told(path, "same-origin"))
    log = front.gunicorn.log.read_text()
    assert log.count(told(path, "same-origin")) == 1
    assert f"refused: '{method}' '{path}'" not in log


def test_a_refusal_is_logged_with_the_origin(front: Front, path: str) -> None:
    stranger = f"https://{secrets.token_hex(8)}.example"
    answer = front.ask("GET", path, API, {"Origin": stranger})
    assert (answer.status, cors(answer), vary(answer)) == (200, {}, ["Origin"])
    assert front.gunicorn.logged(f"origin-refused: 'GET' '{path}' from '{stranger}'")


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param(f"https://{API}:8443", id="another port"),
        pytest.param(f"http://{API}", id="another scheme"),
        pytest.param("http://127.0.0.1", id="the upstream's name"),
    ],
)
def test_what_is_not_public_is_another_origin(front: Front, path: str, origin: str) -> None:
    front.ask("GET", path, API, {"Origin": origin})
    assert front.gunicorn.logged(told(path, "origin-refused"))


def test_enforcement_tells_the_own_pages_from_strangers(front: Front) -> None:
    own, stranger = (
        front.ask("POST", "/pid", GUARDED, {"Origin": origin}).status for origin in (f"https://{GUARDED}", STRANGER)
    )
    assert (own, stranger) == (200, 403)


@pytest.mark.parametrize(
    ("host", "origin", "allowed"),
    [
        pytest.param(API, APP, APP, id="the API, its frontend"),
        pytest.param(API, STRANGER, None, id="the API, a stranger"),
        pytest.param(OPEN, STRANGER, "*", id="the open host, a stranger"),
        pytest.param(OPEN.upper(), STRANGER, "*", id="the open host in upper case"),
        pytest.param("unknown.example.com", APP, None, id="an unknown host"),
        pytest.param("127.0.0.1", APP, None, id="the upstream's name"),
    ],
)
def test_the_public_host_selects_the_policy(front: Front, host: str, origin: str, allowed: str | None) -> None:
    answer = front.ask("GET", "/pid", host, {"Origin": origin})
    assert cors(answer).get("access-control-allow-origin") == allowed


def test_a_host_that_the_client_claims_by_itself_selects_nothing(front: Front) -> None:
    answer = front.ask("GET", "/pid", API, {"Origin": STRANGER, "X-Forwarded-Host": OPEN})
    assert cors(answer) == {}


def test_a_preflight_passes_through(front: Front) -> None:
    answer = front.ask("OPTIONS", "/pid", API, {"Origin": APP, ACRM: "PUT"})
    assert (answer.status, answer.body) == (204, b"")
    assert cors(answer) == {
        "access-control-allow-origin": APP,
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "PUT, GET, HEAD, POST",
        "access-control-allow-headers": "Accept, Accept-Language, Content-Language, Content-Type",
        "access-control-max-age": "600",
    }
    assert vary(answer) == ["Origin"]


def test_a_preflight_of_a_stranger_is_refused(front: Front) -> None:
    answer = front.ask("OPTIONS", "/pid", API, {"Origin": STRANGER, ACRM: "PUT"})
    assert (answer.status, cors(answer), vary(answer)) == (403, {}, ["Origin"])


@pytest.mark.parametrize("front", MARKED, indirect=True)
@pytest.mark.parametrize("target", ["/prices", "/prices/"])
def test_a_preflight_is_answered_for_the_view_that_a_redirect_leads_to(front: Front, target: str) -> None:
    answer = front.ask("OPTIONS", target, API, {"Origin": STRANGER, ACRM: "PUT"})
    assert (answer.status, cors(answer)["access-control-allow-origin"]) == (204, "*")


@pytest.mark.parametrize("front", MARKED, indirect=True)
def test_a_redirect_carries_the_policy_and_the_public_name(front: Front) -> None:
    answer = front.ask("PUT", "/prices", API, {"Origin": STRANGER})
    assert (answer.status, answer.headers["Location"]) == (308, f"https://{API}/prices/")
    assert cors(answer) == {"access-control-allow-origin": "*"}


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        pytest.param("PUT", "/pid", 200, id="200"),
        pytest.param("GET", "/nothing", 404, id="404"),
        pytest.param("DELETE", "/pid", 405, id="405"),
        pytest.param("GET", "/boom", 500, id="500"),
    ],
)
def test_every_answer_of_the_application_carries_the_headers_once(
    front: Front, method: str, target: str, status: int
) -> None:
    answer = front.ask(method, target, API, {"Origin": APP})
    assert (answer.status, cors(answer), vary(answer)) == (status, GRANTED, ["Origin"])


def test_an_exception_in_a_view_is_in_the_log(front: Front) -> None:
    front.ask("GET", "/boom", API, {"Origin": APP})
    assert front.gunicorn.logged("Boom: in a view")


def test_a_stream_comes_through_as_it_is_written(front: Front) -> None:
    name = secrets.token_hex(8)
    gate = front.gunicorn.gates / name
    with front.asked("GET", f"/slow?{name}", API, {"Origin": APP}) as response:
        assert response.getheader("Access-Control-Allow-Origin") == APP
        assert response.read(5) == b"first"
        gate.touch()
        assert response.read() == b"last"


@pytest.mark.parametrize(
    ("method", "target", "size", "status"),
    [
        pytest.param("POST", "/pid", BODY_LIMIT + 1, 413, id="413"),
        pytest.param("GET", "/down", 0, 502, id="502"),
    ],
)
def test_what_nginx_answers_itself_is_beyond_reach(
    front: Front, method: str, target: str, size: int, status: int
) -> None:
    """The application never hears of it, so its page cannot read the status: that takes `add_header ... always` there."""
    answer = front.ask(method, target, API, {"Origin": APP}, b"x" * size or None)
    assert (answer.status, cors(answer), vary(answer)) == (status, {}, [])
