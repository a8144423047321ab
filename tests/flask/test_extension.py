"""What only a Flask extension can get wrong: factories, several applications, what answers first, and errors."""

from __future__ import annotations

import gc
import io
import logging
import weakref
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort, current_app, redirect, request, send_file, stream_with_context
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import create_environ

from cors_core import ConfigError, CORSMigrationWarning, Outcome
from cors_core.wsgi import CORSMiddleware
from cors_flask import CORS, Policy, by_host, by_path, cors_policy, cross_origin
from tests.flask.asking import ACAO, ADMIN, APP, EVIL, get, passes, preflight, reads

NATIVE: dict[str, Any] = {"allow_origins": [APP], "allow_methods": ["PUT"]}


def an_app(**config: Any) -> Flask:
    app = Flask("shop")
    app.config.update(config)

    @app.get("/")
    def index() -> str:
        return "tea"

    return app


# --- how it is installed


def test_the_constructor_installs() -> None:
    app = an_app()
    CORS(app, **NATIVE)
    assert (passes(app), reads(app), reads(app, origin=EVIL)) == (True, True, False)


def test_one_extension_serves_an_application_factory_and_several_applications() -> None:
    cors = CORS(**NATIVE)
    first, second = an_app(), an_app()
    cors.init_app(first)
    cors.init_app(second, allow_origins=[ADMIN])
    assert (reads(first), reads(first, origin=ADMIN)) == (True, False)
    assert (reads(second), reads(second, origin=ADMIN)) == (False, True)
    assert first.extensions["cors"] is not second.extensions["cors"]


def test_an_application_that_is_given_up_is_freed() -> None:
    cors = CORS(**NATIVE)
    app = an_app()
    cors.init_app(app)
    assert reads(app)
    gone = weakref.ref(app)
    del app
    gc.collect()
    assert gone() is None


@pytest.mark.parametrize(
    "given",
    [
        pytest.param(((Policy(**NATIVE),), {}), id="a policy"),
        pytest.param((({"/": Policy(**NATIVE)},), {}), id="a mapping"),
        pytest.param((({"/*": Policy(**NATIVE), "/internal": None},), {}), id="a mapping with a hole"),
        pytest.param(((by_path({"/": Policy(**NATIVE)}),), {}), id="by_path"),
        pytest.param(((by_host({"localhost": Policy(**NATIVE)}),), {}), id="by_host"),
        pytest.param(((lambda request: Policy(**NATIVE),), {}), id="a selector"),
        pytest.param(((), NATIVE), id="a policy's fields"),
        pytest.param(((), {"origins": APP, "methods": ["PUT"]}), id="flask-cors's options"),
        pytest.param(((), {"resources": {r"/*": {"origins": [APP]}}}), id="flask-cors's resources"),
    ],
)
def test_a_policy_is_given_in_many_ways(given: tuple[tuple[Any, ...], dict[str, Any]]) -> None:
    app = an_app()
    CORS(app, *given[0], **given[1])
    assert (passes(app), reads(app), passes(app, origin=EVIL), reads(app, origin=EVIL)) == (True, True, False, False)


def test_several_calls_on_disjoint_paths_compose() -> None:
    app = an_app()
    CORS(app, {"/shop": Policy(allow_origins=[APP])})
    CORS(app, {"/admin": Policy(allow_origins=[ADMIN])})
    CORS(app, resources={"/public/*": {"origins": "*"}})
    assert (reads(app, "/shop/1"), reads(app, "/shop/1", ADMIN)) == (True, False)
    assert (reads(app, "/admin"), reads(app, "/admin", ADMIN)) == (False, True)
    assert get(app, "/public/x", EVIL).headers[ACAO] == "*"
    assert "Vary" not in get(app, "/elsewhere").headers


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(NATIVE, NATIVE, id="everything twice"),
        pytest.param(NATIVE, {"policy": {"/api": Policy(**NATIVE)}}, id="everything, and a path"),
        pytest.param({"policy": {"/api": Policy(**NATIVE)}}, {"resources": {"/api/v1/*": {}}}, id="two dialects"),
        pytest.param({"resources": r"/api/.*/a"}, {"resources": r"/api/.*/b"}, id="regular expressions that may meet"),
    ],
)
def test_overlapping_calls_are_refused_with_the_one_to_write(first: dict[str, Any], second: dict[str, Any]) -> None:
    app = an_app()
    CORS(app, **first)
    with pytest.raises(ConfigError, match="write one: CORS"):
        CORS(app, **second)


def test_a_policy_can_be_replaced_under_load_while_views_keep_theirs() -> None:
    app = an_app()
    app.add_url_rule("/mine", view_func=cors_policy(Policy(allow_origins=[EVIL]))(lambda: "mine"), endpoint="mine")
    CORS(app, **NATIVE)
    assert reads(app)
    app.extensions["cors"].reconfigure(Policy(allow_origins=[ADMIN]))
    assert (reads(app), reads(app, origin=ADMIN), reads(app, "/mine", EVIL)) == (False, True, True)
    with pytest.raises(ConfigError):
        app.extensions["cors"].reconfigure({"api": Policy(allow_origins=[ADMIN])})
    assert reads(app, origin=ADMIN)


def test_an_observer_hears_of_each_request_once() -> None:
    heard: list[tuple[str, Outcome]] = []
    app = an_app()
    app.add_url_rule("/exempt", view_func=cors_policy(None)(lambda: ""), endpoint="exempt")
    CORS(app, **NATIVE, observe=lambda asked, plan: heard.append((asked.path, plan.outcome)))
    for path in ("/", "/exempt"):
        get(app, path)
        preflight(app, path, "GET")
    get(app, "/nowhere", origin=None)
    assert heard == [("/", Outcome.ALLOWED), ("/", Outcome.ALLOWED), ("/nowhere", Outcome.NOT_CORS)]


# --- what is refused, with a sentence


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        pytest.param({"allow_origins": [APP], "origins": [APP]}, "write allow_origins", id="two words for one thing"),
        pytest.param(
            {"allow_origins": [APP], "supports_credentials": True}, "write allow_credentials", id="credentials"
        ),
        pytest.param({"allow_origins": [APP], "resources": "/api/*"}, "CORS\\(app, {'/api'", id="resources"),
        pytest.param({"policy": Policy(**NATIVE), "max_age": 1}, "replace\\(policy", id="beside a policy"),
        pytest.param({"allow_methods": ["PUT"]}, "allow_origins", id="a policy for nobody knows whom"),
        pytest.param({"origin": APP}, "origins", id="a misspelt option of flask-cors"),
        pytest.param({"policy": 7}, "is no policy", id="no policy"),
        pytest.param({**NATIVE, "own_origin": "api.example.com"}, "own_origin", id="an own origin that is none"),
        pytest.param(
            {**NATIVE, "dev_origins": ["localhost:3000"]}, "http://localhost:3000", id="dev origins, checked always"
        ),
    ],
)
def test_a_mistake_is_told_when_the_extension_is_given_the_application(options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        CORS(an_app(), **options)


def test_an_application_that_has_served_cannot_be_given_a_policy() -> None:
    app = an_app()
    get(app)
    with pytest.raises(ConfigError, match="where the application is made"):
        CORS(app, **NATIVE)


def test_an_application_that_has_answered_a_preflight_has_served() -> None:
    app = an_app()
    CORS(app, {"/a": Policy(**NATIVE)})
    preflight(app, "/a")
    with pytest.raises(ConfigError, match="where the application is made"):
        CORS(app, {"/b": Policy(**NATIVE)})
    assert passes(app, "/a")


def test_the_current_application_can_be_given() -> None:
    app = an_app()
    with app.app_context():
        CORS(current_app, **NATIVE)
    assert reads(app)


def test_a_middleware_that_knows_its_application_is_no_endless_chain() -> None:
    app = an_app()

    class Sockets:
        def __init__(self, inside: Any) -> None:
            self.app, self.inside = app, inside

        def __call__(self, environ: Any, start_response: Any) -> Any:
            return self.inside(environ, start_response)

    app.wsgi_app = Sockets(app.wsgi_app)  # type: ignore[method-assign]
    CORS(app, **NATIVE)
    assert reads(app)


def test_something_else_than_an_application_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"cors_core\.wsgi\.CORSMiddleware"):
        CORS(an_app().wsgi_app, **NATIVE)  # type: ignore[arg-type]


def test_a_second_observer_is_refused() -> None:
    app = an_app()
    CORS(app, {"/a": Policy(**NATIVE)}, observe=lambda asked, plan: None)
    with pytest.raises(ConfigError, match="write it once"):
        CORS(app, {"/b": Policy(**NATIVE)}, observe=lambda asked, plan: None)


# --- what answers a preflight, and what carries the headers


def test_a_preflight_is_answered_before_hooks_redirects_and_404() -> None:
    app = an_app()
    app.before_request(lambda: ("no token", 401))
    app.add_url_rule("/slash/", view_func=lambda: "", endpoint="slash", methods=["PUT"])
    CORS(app, **NATIVE)
    for path in ("/", "/slash", "/nowhere"):
        assert passes(app, path), path
    answer = get(app)
    assert (answer.status_code, answer.headers[ACAO]) == (401, APP)


def test_a_plain_options_request_reaches_the_application() -> None:
    app = an_app()
    app.add_url_rule("/own", view_func=lambda: f"mine: {request.method}", endpoint="own", methods=["GET", "OPTIONS"])
    CORS(app, **NATIVE)
    assert get(app, "/own", method="OPTIONS").text == "mine: OPTIONS"
    assert "GET" in get(app, "/", None, "OPTIONS").headers["Allow"]


def answering() -> Flask:
    app = an_app()

    @app.get("/stream")
    def stream() -> Response:
        def chunks() -> Iterator[str]:
            yield request.method
            yield "!"

        return Response(stream_with_context(chunks()))

    @app.get("/coroutine")
    async def coroutine() -> str:
        return "later"

    app.add_url_rule("/file", view_func=lambda: send_file(__file__), endpoint="file")
    app.add_url_rule("/abort", view_func=lambda: abort(418), endpoint="abort")
    app.add_url_rule("/boom", view_func=lambda: 1 // 0, endpoint="boom")
    app.add_url_rule("/away", view_func=lambda: redirect("/"), endpoint="away")
    app.add_url_rule("/slash/", view_func=lambda: "", endpoint="slash")
    return app


@pytest.mark.parametrize("marked", [False, True], ids=["by the path", "with a marked view"])
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/stream", 200),
        ("GET", "/coroutine", 200),
        ("GET", "/file", 200),
        ("HEAD", "/file", 200),
        ("GET", "/static/nothing.css", 404),
        ("GET", "/abort", 418),
        ("GET", "/boom", 500),
        ("GET", "/away", 302),
        ("GET", "/slash", 308),
        ("GET", "/nowhere", 404),
        ("POST", "/", 405),
    ],
)
def test_every_response_carries_the_headers(method: str, path: str, status: int, marked: bool) -> None:
    app = answering()
    if marked:
        app.add_url_rule("/exempt", view_func=cors_policy(None)(lambda: ""), endpoint="exempt")
    CORS(app, **NATIVE)
    answer = get(app, path, method=method)
    assert (answer.status_code, answer.headers.getlist(ACAO), answer.headers.getlist("Vary")) == (
        status,
        [APP],
        ["Origin"],
    )
    answer.close()


@pytest.mark.parametrize("marked", [False, True], ids=["by the path", "with a marked view"])
def test_a_propagated_exception_is_answered_and_raised(marked: bool) -> None:
    app = answering()
    app.config["PROPAGATE_EXCEPTIONS"] = True
    if marked:
        cors_policy(Policy(**NATIVE))(app.view_functions["boom"])
    CORS(app, **NATIVE)
    started: list[Any] = []
    environ = create_environ("/boom", headers={"Origin": APP})
    body = app(environ, lambda status, headers, exc_info=None: started.append((status, dict(headers))))
    assert next(iter(body)) == b"Internal Server Error\n"
    [(status, headers)] = started
    assert (status[:3], headers[ACAO]) == ("500", APP)
    with pytest.raises(ZeroDivisionError):
        list(body)


def test_an_exception_reaches_the_test_at_once() -> None:
    app = answering()
    app.testing = True
    CORS(app, **NATIVE)
    with pytest.raises(ZeroDivisionError):
        app.test_client().get("/boom", headers={"Origin": APP})


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        pytest.param({"Origin": APP}, "text/plain", id="a page that may read gets the traceback"),
        pytest.param({"Origin": EVIL}, "text/html", id="a page that may not gets what it cannot read"),
        pytest.param({}, "text/html", id="a visit gets the debugger"),
        pytest.param(
            {"Origin": APP, "Sec-Fetch-Site": "same-origin"}, "text/html", id="a form of its own gets the debugger"
        ),
    ],
)
@pytest.mark.parametrize("marked", [False, True], ids=["by the path", "with a marked view"])
def test_under_the_debugger(headers: dict[str, str], kind: str, marked: bool) -> None:
    from werkzeug.debug import DebuggedApplication

    app = answering()
    app.debug = True
    if marked:
        cors_policy(Policy(**NATIVE))(app.view_functions["boom"])
    CORS(app, **NATIVE)
    status, answered, body, errors = served(DebuggedApplication(app, evalex=True, pin_security=False), "/boom", headers)
    assert (status[:3], answered["Content-Type"].partition(";")[0]) == ("500", kind)
    assert (b"ZeroDivisionError" in body, "ZeroDivisionError" in errors) == (True, True)
    assert (answered.get(ACAO) == APP) == (kind == "text/plain")


def served(app: Any, path: str, headers: dict[str, str]) -> tuple[str, dict[str, str], bytes, str]:
    """What a server that keeps to PEP 3333 gets: one status, and no other once the body has begun."""
    environ = create_environ(path, headers=headers)
    environ["wsgi.errors"] = io.StringIO()
    started: list[Any] = []

    def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        assert not started
        started.append((status, dict(headers)))
        return lambda data: None

    body = b"".join(app(environ, start_response))
    [(status, answered)] = started
    return status, answered, body, environ["wsgi.errors"].getvalue()


# --- beside other middleware


def test_mounted_applications_are_covered_and_that_is_said(caplog: pytest.LogCaptureFixture) -> None:
    app = an_app()
    inner = Flask("inner")
    inner.add_url_rule("/", view_func=lambda: "inner", endpoint="index")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/inner": inner})  # type: ignore[method-assign]
    CORS(app, **NATIVE)
    assert reads(app, "/inner/")
    assert "mounted inside" in caplog.text


def test_an_application_mounted_inside_does_not_pass_for_a_view_of_the_outer_one() -> None:
    app = an_app()
    app.add_url_rule("/open", view_func=cors_policy(Policy(allow_origins="*"))(lambda: ""), endpoint="index2")
    inner = Flask("inner")
    inner.add_url_rule("/", view_func=lambda: "inner", endpoint="index2")
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/inner": inner})  # type: ignore[method-assign]
    CORS(app, **NATIVE)
    assert (reads(app, "/inner/"), reads(app, "/inner/", EVIL), reads(app, "/open", EVIL)) == (True, False, True)


@pytest.mark.parametrize("marked", [False, True], ids=["by the path", "with a marked view"])
def test_a_middleware_further_in_steps_aside_or_answers_where_this_one_has_nothing_to_say(marked: bool) -> None:
    app = an_app()
    app.add_url_rule(
        "/exempt", view_func=(cors_policy(None) if marked else lambda view: view)(lambda: ""), endpoint="x"
    )
    app.wsgi_app = CORSMiddleware(app.wsgi_app, allow_origins=[EVIL])  # type: ignore[method-assign]
    CORS(app, {"/": Policy(**NATIVE), "/exempt": None})
    assert reads(app, "/exempt", EVIL)
    assert get(app, "/", EVIL).headers.getlist("Vary") == ["Origin"]


# --- in development


def test_dev_origins_count_only_in_debug_and_are_announced(caplog: pytest.LogCaptureFixture) -> None:
    local = "http://localhost:5173"
    quiet, debug = an_app(), an_app()
    debug.debug = True
    for app in (quiet, debug):
        CORS(app, **NATIVE, dev_origins=[local])
    assert (reads(quiet, origin=local), reads(debug, origin=local), reads(debug)) == (False, True, True)
    assert caplog.text.count(f"dev_origins are let in: '{local}'") == 1


def test_the_old_loggers_switch_shows_what_was_decided(caplog: pytest.LogCaptureFixture) -> None:
    app = an_app()
    with caplog.at_level(logging.DEBUG, "flask_cors"):
        CORS(app, **NATIVE)
        assert reads(app)
    assert ("flask_cors", logging.DEBUG, f"allowed: 'GET' '/' from '{APP}'") in caplog.record_tuples


def test_views_and_blueprints_are_asked_in_debug_as_well() -> None:
    app = an_app()
    blueprint = Blueprint("api", __name__, url_prefix="/api")
    blueprint.add_url_rule("/", view_func=lambda: "", endpoint="index")
    CORS(blueprint, **NATIVE, dev_origins=["http://localhost:*"])
    app.register_blueprint(blueprint)
    app.debug = True
    assert reads(app, "/api/", "http://localhost:1234")


def test_a_mistake_that_shows_at_the_first_request_stops_all_of_them() -> None:
    app = an_app(CORS_SUPPORTS_CREDENTIALS=True)
    app.add_url_rule("/all", view_func=cross_origin(origins="*")(lambda: ""), endpoint="all")
    CORS(app, **NATIVE)
    for _ in range(2):
        with pytest.raises(ConfigError, match="every site could act as your user"):
            get(app)


def test_flask_cors_options_that_have_no_effect_warn() -> None:
    with pytest.warns(CORSMigrationWarning):
        CORS(an_app(), origins=[APP], send_wildcard=True)
