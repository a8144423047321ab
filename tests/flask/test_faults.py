"""What was found wrong in flask-cors, fault by fault, and right in ours; `pytest -k F7_` runs that of F7."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, abort
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import create_environ, run_wsgi_app

import cors_flask
from cors_core import Outcome, Plan
from cors_core.errors import ConfigError, CORSMigrationWarning
from cors_core.testing import Browser, assert_allows, assert_refuses
from cors_flask import CORS, cross_origin
from tests.components import require
from tests.sites import ACRH, ACRM, ACRPN, APP, EVIL, Answer

flask_cors = require("flask_cors")

PARTNER = "https://partner.example.org"
LOOKALIKE = f"{APP}.evil.example.net"
Headers = dict[str, str]
warned = pytest.warns(CORSMigrationWarning)


def ask(app: Flask, path: str = "/", origin: str | None = APP, method: str = "GET", **headers: str) -> Answer:
    """Send a request as it stands, to be read line by line; `path` arrives decoded, as servers hand it on."""
    environ = create_environ(base_url="https://api.example.org", method=method)
    environ["PATH_INFO"] = path
    if origin is not None:
        headers["Origin"] = origin
    environ.update({f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()})
    body, status, lines = run_wsgi_app(app, environ, buffered=True)
    return Answer(int(status[:3]), tuple((name.lower(), value) for name, value in lines), b"".join(body), True)


def preflight(app: Flask, method: str = "PUT", path: str = "/", origin: str = APP, **headers: str) -> Answer:
    return ask(app, path, origin, "OPTIONS", **{ACRM: method}, **headers)


def site(library: Any = cors_flask, *rules: str, headers: Headers | None = None, **options: Any) -> Flask:
    """An application that answers at `rules` (or `/`) and sets some headers itself, shared as `options` say."""
    app = Flask(__name__)
    for rule in rules or ("/",):
        app.add_url_rule(rule, rule, lambda **_: ("hello", headers or {}), methods=["GET", "PUT", "POST"])
    library.CORS(app, **options)
    return app


def decorated(decorator: Callable[..., Any], answer: Callable[[], Any] = lambda: "hello", **rule: Any) -> Flask:
    """An application without CORS(app) and with one decorated view, at `/`."""
    app = Flask(__name__)
    app.add_url_rule("/", "view", decorator(lambda: answer()), **rule)
    return app


def varies(answer: Answer) -> bool:
    """Whether a shared cache keeps the answer for its own origin only."""
    return answer.vary.count("origin") == 1


def test_F1_an_expression_matches_the_whole_origin_or_not_at_all() -> None:
    options: dict[str, Any] = {"origins": [r"https://.*\.example\.com"], "supports_credentials": True}
    with warned:
        app = site(**options)
    assert ask(app).cors == {"allow-origin": APP, "allow-credentials": "true"}
    assert ask(app, origin=LOOKALIKE).cors == {}
    assert ask(site(flask_cors, **options), origin=LOOKALIKE).cors["allow-origin"] == LOOKALIKE


@pytest.mark.parametrize(
    ("origins", "inside", "outside"),
    [
        ("https://*.example.com", APP, "https://example.com.evil.example.net"),
        ("https://*.example.com", APP, "https://xexample.com"),
        ("http://localhost:*", "http://localhost:3000", "http://localhost.evil.example.net"),
    ],
)
def test_F2_what_looks_like_a_wildcard_is_one(origins: str, inside: str, outside: str) -> None:
    with warned:
        app = site(origins=[origins])
    assert ask(app, origin=inside).cors == {"allow-origin": inside}
    assert ask(app, origin=outside).cors == {}
    assert ask(site(flask_cors, origins=[origins]), origin=outside).cors == {"allow-origin": outside}


def test_F2b_the_brackets_of_an_IPv6_host_are_no_class_of_characters() -> None:
    origins = ["http://[::1]:3000"]
    with warned:
        app = site(origins=origins)
    assert ask(app, origin="http://[::1]:3000").cors == {"allow-origin": "http://[::1]:3000"}
    assert ask(app, origin="http://1:3000.evil.example.net").cors == {}
    assert "allow-origin" not in ask(site(flask_cors, origins=origins), origin="http://[::1]:3000").cors


@pytest.mark.parametrize("text", ["https://.+example.com", "https://a|b", "https://a{2}.com"])
def test_F2d_an_expression_that_nobody_recognised_is_reported(text: str) -> None:
    with pytest.warns(CORSMigrationWarning, match=re.escape(text)):
        app = site(origins=[text, APP])
    assert ask(app).cors == {"allow-origin": APP}
    assert ask(app, origin="https://evil-example.com").cors == {}


@pytest.mark.parametrize("origin", [APP, EVIL, None], ids=["allowed", "refused", "no origin"])
@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"origins": [APP, PARTNER]}, id="two origins"),
        pytest.param({"origins": APP}, id="one origin"),
        pytest.param({"origins": re.compile(r"https://[a-z]+\.example\.com")}, id="expression"),
        pytest.param({"origins": APP, "supports_credentials": True}, id="credentials"),
    ],
)
def test_F3_no_cache_hands_one_origins_answer_to_another(options: dict[str, Any], origin: str | None) -> None:
    assert varies(ask(site(**options), origin=origin))
    if origin is None:
        assert not varies(ask(site(flask_cors, **options, always_send=False), origin=None))


def test_F4_a_request_without_origin_is_not_told_whom_we_trust() -> None:
    options: dict[str, Any] = {"origins": [APP, PARTNER], "supports_credentials": True}
    assert ask(site(**options), origin=None).cors == {}
    assert ask(site(flask_cors, **options), origin=None).cors == {"allow-origin": APP, "allow-credentials": "true"}


@pytest.mark.parametrize("method", ["P", "UT", "ET, PO", "put"])
def test_F5_a_part_of_a_method_is_another_method(method: str) -> None:
    plans: list[Plan] = []
    app = site(methods=["GET", "POST", "PUT"], observe=lambda request, plan: plans.append(plan))
    preflight(app, method)
    preflight(app, "PUT")
    assert [plan.outcome for plan in plans] == [Outcome.METHOD_REFUSED, Outcome.ALLOWED]


def test_F6_a_method_is_as_it_was_sent() -> None:
    error = assert_refuses(site(origins=APP), origin=APP, method="patch")
    assert error.step == "method-refused"


@pytest.mark.parametrize("options", [{}, {"origins": APP, "supports_credentials": True}], ids=["anonymous", "cookies"])
def test_F7_what_is_asked_for_is_never_echoed_raw_or_without_end(options: dict[str, Any]) -> None:
    endless = ",".join(f"x-{number}" for number in range(6000))
    names = preflight(site(**options), **{ACRH: endless}).cors["allow-headers"]
    assert len(names) < 200
    names = preflight(site(**options), **{ACRH: "x-a, not a token <>, x-b"}).cors["allow-headers"]
    assert "<" not in names
    theirs = preflight(site(flask_cors, **options), **{ACRH: "x-a, not a token <>, x-b"})
    assert "<" in theirs.cors["allow-headers"]


@pytest.mark.parametrize(("path", "status"), [("/", 401), ("/x", 308), ("/nowhere", 404)], ids=["F8", "F8c", "F8, 404"])
def test_F8_a_preflight_waits_for_no_hook_no_redirect_and_no_view(path: str, status: int) -> None:
    def app(library: Any) -> Flask:
        made = site(library, "/", "/x/", origins=APP)
        if status == 401:
            made.before_request(lambda: ("who are you?", 401))
        return made

    answer = preflight(app(cors_flask), path=path)
    assert answer.status == 200
    assert answer.cors["allow-origin"] == APP
    assert preflight(app(flask_cors), path=path).status == status


def test_F8_a_preflight_does_not_run_the_view_that_has_OPTIONS() -> None:
    hits: list[int] = []
    app = Flask(__name__)
    app.add_url_rule("/", "view", lambda: str(hits.append(1)), methods=["OPTIONS", "PUT"])
    CORS(app)
    assert preflight(app).status == 200
    assert hits == []


def test_F8b_an_OPTIONS_request_that_is_no_preflight_reaches_the_view() -> None:
    def app(library: Any) -> Flask:
        return decorated(library.cross_origin(), lambda: ("mine", {"X-Mine": "yes"}), methods=["GET", "OPTIONS"])

    ours = ask(app(cors_flask), method="OPTIONS", origin=None)
    assert ours.body == b"mine"
    assert ("x-mine", "yes") in ours.lines
    assert ask(app(flask_cors), method="OPTIONS", origin=None).body == b""


@pytest.mark.parametrize(
    ("fail", "status"), [(lambda: abort(404), 404), (lambda: 1 // 0, 500)], ids=["abort(404)", "1/0"]
)
@pytest.mark.parametrize("extension", [False, True], ids=["decorator alone", "beside CORS(app)"])
def test_F9_the_error_of_a_decorated_view_carries_the_headers(
    fail: Callable[[], Any], status: int, extension: bool
) -> None:
    app = decorated(cross_origin(origins=APP), fail)
    if extension:
        CORS(app, origins=PARTNER)
    answer = ask(app)
    assert (answer.status, answer.cors) == (status, {"allow-origin": APP})
    assert varies(answer)
    assert ask(decorated(flask_cors.cross_origin(origins=APP), fail)).cors == {}


def test_F25_the_errors_below_a_blueprint_carry_its_headers() -> None:
    app, blueprint = Flask(__name__), Blueprint("b", __name__, url_prefix="/b")
    blueprint.add_url_rule("/there", "there", lambda: "hello")
    CORS(blueprint, origins=APP)
    app.register_blueprint(blueprint)
    for method, path, status in (("GET", "/b/nope", 404), ("POST", "/b/there", 405)):
        answer = ask(app, path, method=method)
        assert (answer.status, answer.cors) == (status, {"allow-origin": APP})
    assert ask(app, "/elsewhere").cors == {}


def test_F25_applications_mounted_inside_are_covered(caplog: pytest.LogCaptureFixture) -> None:
    app = Flask(__name__)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/inner": Flask("inner")})  # type: ignore[method-assign]
    CORS(app, origins=APP)
    assert ask(app, "/inner/").cors == {"allow-origin": APP}
    assert "mounted inside" in caplog.text


def test_F10_each_header_goes_out_once_whatever_the_view_sets() -> None:
    own = {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "true", "Vary": "Origin"}
    answer = ask(site(headers=own, origins=APP, supports_credentials=True))
    assert answer.cors == {"allow-origin": APP, "allow-credentials": "true"}
    assert answer.vary == ["origin"]


def test_F10_each_header_of_a_decorated_view_goes_out_once() -> None:
    def view() -> Any:
        return "hello", {"Access-Control-Allow-Origin": "*", "Vary": "Origin"}

    answer = ask(decorated(cross_origin(origins=APP), view))
    assert answer.cors == {"allow-origin": APP}
    assert answer.vary == ["origin"]
    theirs = ask(decorated(flask_cors.cross_origin(origins=APP), view))
    assert [value for name, value in theirs.lines if name == "access-control-allow-origin"] == ["*", APP]


@pytest.mark.parametrize("origin", [EVIL, "null"])
def test_F11_credentials_are_not_for_everybody(origin: str) -> None:
    with pytest.raises(ConfigError, match="wildcard-with-credentials"):
        site(supports_credentials=True)
    theirs = ask(site(flask_cors, supports_credentials=True), origin=origin)
    assert theirs.cors == {"allow-origin": origin, "allow-credentials": "true"}


def test_F11_credentials_for_everybody_on_a_view_stop_the_application(caplog: pytest.LogCaptureFixture) -> None:
    alone = decorated(cross_origin(supports_credentials=True))
    alone.add_url_rule("/other", "other", lambda: "hello")
    for path in ("/", "/other"):  # from within its dispatch, where Flask answers 500 and logs why
        answer = ask(alone, path)
        assert (answer.status, answer.cors) == (500, {})
        assert "wildcard-with-credentials" in caplog.text
        caplog.clear()
    beside = decorated(cross_origin(supports_credentials=True))
    CORS(beside, origins=APP)
    for path in ("/", "/other"):
        with pytest.raises(ConfigError, match="wildcard-with-credentials"):
            ask(beside, path)


def test_F12_private_networks_are_a_matter_of_preflights_that_ask() -> None:
    asking = {ACRPN: "true"}
    for app in (site(), site(allow_private_network=True)):
        assert "allow-private-network" not in ask(app, **asking).cors
    assert "allow-private-network" not in preflight(site(), **asking).cors
    assert "allow-private-network" not in preflight(site(allow_private_network=True), **{ACRPN: "false"}).cors
    assert preflight(site(allow_private_network=True), **asking).cors["allow-private-network"] == "true"
    assert ask(site(flask_cors), **asking).cors["allow-private-network"] == "false"


def one_by_one(*values: str) -> Iterator[str]:
    yield from values


def test_F14_an_iterator_serves_every_request() -> None:
    app = site(origins=one_by_one(APP), methods=one_by_one("PUT"), allow_headers=one_by_one("X-A"))
    alone = decorated(cross_origin(origins=one_by_one(APP)))
    for _ in range(2):
        assert ask(app).cors == {"allow-origin": APP}
        assert "PUT" in preflight(app).cors["allow-methods"]
        assert ask(alone).cors == {"allow-origin": APP}
    assert ask(site(flask_cors, origins=one_by_one(APP))).cors == {}


def test_F15_a_misspelt_option_is_refused_and_spelt_right() -> None:
    for misspell in (lambda: site(origin=APP), lambda: cross_origin(origin=APP)):  # type: ignore[call-arg]
        with pytest.raises(ConfigError, match="did you mean origins"):
            misspell()
    with pytest.raises(ConfigError, match=re.escape("@cross_origin(origins=")):
        cross_origin(APP)
    assert ask(site(flask_cors, origin=APP), origin=EVIL).cors == {"allow-origin": EVIL}


def test_F15_the_decorator_works_without_parentheses() -> None:
    assert ask(decorated(cross_origin)).cors == {"allow-origin": "*"}


def configured(library: Any = cors_flask, **config: Any) -> Flask:
    app = Flask(__name__)
    app.config.update(config)
    app.add_url_rule("/", "view", lambda: "hello")
    library.CORS(app)
    return app


def test_F16_app_config_opens_nothing_by_accident() -> None:
    with pytest.raises(ConfigError, match="wildcard-with-credentials"):
        configured(CORS_ORIGINS=None, CORS_SUPPORTS_CREDENTIALS=True)
    with pytest.raises(ConfigError, match=r"supports_credentials|CORS_SUPPORTS_CREDENTIALS"):
        configured(CORS_ORIGINS=APP, CORS_SUPPORTS_CREDENTIALS="False")
    app = configured(CORS_ORIGINS=f"{APP},{PARTNER}")
    assert ask(app).cors == {"allow-origin": APP}
    assert ask(app, origin=PARTNER).cors == {"allow-origin": PARTNER}
    assert ask(app, origin=EVIL).cors == {}
    theirs = configured(flask_cors, CORS_ORIGINS=APP, CORS_SUPPORTS_CREDENTIALS="False")
    assert ask(theirs).cors["allow-credentials"] == "true"


def test_F17_a_max_age_of_nothing_is_sent() -> None:
    assert preflight(site(max_age=0)).cors["max-age"] == "0"
    assert "max-age" not in preflight(site(flask_cors, max_age=0)).cors


@pytest.mark.parametrize("seconds", [-5, 600.5, "ten"])
def test_F17_what_is_no_number_of_seconds_is_refused(seconds: Any) -> None:
    with pytest.raises(ConfigError, match="max_age"):
        site(max_age=seconds)
    assert preflight(site(flask_cors, max_age=seconds)).cors["max-age"] == str(seconds)


@pytest.mark.parametrize(
    "path", [pytest.param("/apiary-internal", id="F19"), pytest.param("/%61pi/secret", id="F20, sent as %2561pi")]
)
def test_F19_F20_a_resource_is_a_subtree_of_what_flask_routes(path: str) -> None:
    resources = {r"/api/*": {"origins": "*"}}
    app = site(cors_flask, "/<path:rest>", resources=resources)
    assert ask(app, "/api/items").cors == {"allow-origin": "*"}
    assert ask(app, path, EVIL).cors == {}
    assert ask(site(flask_cors, "/<path:rest>", resources=resources), path, EVIL).cors == {"allow-origin": EVIL}


def test_F22_an_origin_in_upper_case_is_another() -> None:
    assert ask(site(origins=APP), origin=APP.upper()).cors == {}
    assert ask(site(flask_cors, origins=APP), origin=APP.upper()).cors == {"allow-origin": APP.upper()}


def test_F26_to_expose_everything_with_credentials_is_refused() -> None:
    with pytest.raises(ConfigError, match="expose_headers"):
        site(origins=APP, supports_credentials=True, expose_headers="*")


def test_F28_two_policies_for_one_path_are_refused_and_merged_for_you() -> None:
    def twice(library: Any) -> Flask:
        app = site(library, "/items", resources={"/items": {"origins": APP}})
        library.CORS(app, resources={"/items": {"origins": PARTNER}})
        return app

    with pytest.raises(ConfigError, match=re.escape("'/items'")):
        twice(cors_flask)
    assert [ask(twice(flask_cors), "/items", o).cors["allow-origin"] for o in (APP, PARTNER)] == [APP, PARTNER]


def test_F28_what_varies_with_everything_says_no_more() -> None:
    headers = {"Vary": "*"}
    assert ask(site(headers=headers, origins=APP)).vary == ["*"]
    theirs = ask(site(flask_cors, headers=headers, origins=[APP, PARTNER]))
    assert [value for name, value in theirs.lines if name == "vary"] == ["*", "Origin"]


class Counted(list[str]):
    """A list that counts how often it is gone through."""

    def __init__(self, *values: str) -> None:
        super().__init__(values)
        self.times = 0

    def __iter__(self) -> Iterator[str]:
        self.times += 1
        return super().__iter__()


def test_F33_options_are_read_once_and_not_for_each_request() -> None:
    def times(library: Any) -> list[int]:
        origins = Counted(APP, PARTNER)
        app = decorated(library.cross_origin(origins=origins))
        return [ask(app).status and origins.times for _ in range(3)]

    first, second, third = times(cors_flask)
    assert first == second == third
    first, second, third = times(flask_cors)
    assert first < second < third


@pytest.mark.parametrize("length", [40, 500])
def test_F34_no_origin_keeps_an_expression_busy(length: int) -> None:
    """With backtracking this test would not end."""
    with warned:
        app = site(origins=[r"^https://([a-z]+)*\.example\.com$"])
    assert ask(app, origin=f"https://{'a' * length}!").cors == {}
    assert ask(app).cors == {"allow-origin": APP}


def test_F34_an_origin_longer_than_any_browser_sends_is_refused() -> None:
    with warned:
        app = site(origins=[r"https://[a-z]+\.example\.com"])
    assert ask(app, origin=f"https://{'a' * 600}.example.com").cors == {}


@pytest.mark.parametrize("extension", [False, True], ids=["decorator alone", "beside CORS(app)"])
def test_F35_an_async_view_can_be_decorated(extension: bool) -> None:
    app = Flask(__name__)

    @app.get("/")
    @cross_origin(origins=APP)
    async def view() -> str:
        return "later"

    if extension:
        CORS(app, origins=PARTNER)
    answer = ask(app)
    assert (answer.status, answer.body, answer.cors) == (200, b"later", {"allow-origin": APP})


def test_F36_no_decorator_is_ignored_in_silence() -> None:
    with pytest.raises(ConfigError):
        cross_origin(origins=PARTNER)(cross_origin(origins=APP)(lambda: "hello"))


@pytest.mark.parametrize("path", ["/api/../items", "/api/%2e%2e/items", "/api\\..\\items"])
def test_CVE_2020_25032_a_path_that_climbs_is_not_what_it_begins_with(path: str) -> None:
    app = site(cors_flask, "/<path:rest>", resources={"/api/*": {"origins": "*"}})
    assert ask(app, path, EVIL).cors == {}


def test_CVE_2024_1681_a_log_line_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    app = site(cors_flask, "/<path:rest>", origins=APP)
    ask(app, "/a\r\nERROR forged", EVIL)
    ask(app, "/a", "https://evil.example\r\nERROR forged")
    preflight(app, "GET\r\nERROR forged", "/a", **{ACRH: "x\r\nERROR forged"})
    messages = [record.getMessage() for record in caplog.records]
    assert messages
    assert [message for message in messages if "\n" in message or "\r" in message] == []


def test_CVE_2024_6221_private_networks_are_not_opened_by_default() -> None:
    assert "allow-private-network" not in preflight(site(origins=APP), **{ACRPN: "true"}).cors


def test_CVE_2024_6839_the_more_specific_resource_wins() -> None:
    app = site(
        cors_flask,
        "/<path:rest>",
        resources={r"/.*": {"origins": "*"}, r"/api/private/.*": {"origins": APP}, r"/api/public-data/.*": {}},
    )
    assert ask(app, "/api/private/x", EVIL).cors == {}
    assert ask(app, "/api/private/x").cors == {"allow-origin": APP}
    assert ask(app, "/other", EVIL).cors == {"allow-origin": "*"}


def test_CVE_2024_6844_a_plus_in_a_path_is_a_plus() -> None:
    app = site(cors_flask, "/<path:rest>", resources={"/a+b": {"origins": APP}, "/c d": {"origins": APP}})
    assert ask(app, "/a+b").cors == {"allow-origin": APP}
    assert ask(app, "/a b").cors == ask(app, "/c+d").cors == {}
    assert ask(app, "/c d").cors == {"allow-origin": APP}


def test_CVE_2024_6866_paths_differ_by_letter_case() -> None:
    app = site(cors_flask, "/<path:rest>", resources={"/api/*": {"origins": APP}, "/API/*": {"origins": PARTNER}})
    assert ask(app, "/api/x", PARTNER).cors == ask(app, "/API/x").cors == {}
    assert ask(app, "/API/x", PARTNER).cors == {"allow-origin": PARTNER}


def test_a_page_gets_what_the_headers_promise() -> None:
    """The same through a browser, once: what the tests above read line by line is what it acts upon."""
    app = site(origins=APP, supports_credentials=True, expose_headers=["X-Total"], headers={"X-Total": "3"})
    response = assert_allows(app, origin=APP, method="PUT", headers={"X-A": "1"}, credentials=True)
    assert response.headers["X-Total"] == "3"
    assert Browser(app).open(APP).fetch("https://testserver/").text() == "hello"
