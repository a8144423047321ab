"""`@cross_origin` on all kinds of views, with and without `CORS(app)`."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, abort, request
from flask.views import MethodView

from tests.flask.parity_options import BOTH, READING, TOKEN, X_A, cors
from tests.flask.verdicts import Library, Setup
from tests.parity.verdicts import APP, EVIL, PARTNER, Ask, Row, but

METHODS = ["GET", "POST", "PUT", "DELETE"]


def ask(method: str = "GET", **more: Any) -> Ask:
    return Ask(method, "/view", **more)


READ = (ask(), ask(page=EVIL))
WRITE = (ask("PUT"), ask("PUT", page=EVIL))
EVERYDAY = (
    *READ,
    *WRITE,
    ask("HEAD"),
    ask("POST", json=True),
    ask("POST", json=True, page=EVIL),
    ask("DELETE"),
    *but("asked-method", ask("PATCH")),
    ask(headers=X_A),
    ask(headers=TOKEN),
    ask(credentials=True),
    ask("PUT", credentials=True),
)
ELSEWHERE = (Ask(), Ask("PUT", "/items/1"), Ask(path="/nowhere"))


def view() -> Callable[..., Any]:
    def answer() -> Any:
        return "seen", {"X-Total": "3", "X-Page": "1"}

    return answer


def decorated(*, methods: list[str] = METHODS, **options: Any) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        app.add_url_rule("/view", "view", library.cross_origin(**options)(view()), methods=methods)

    return setup


def beside(extension: Setup, **options: Any) -> Setup:
    """A decorated view in an application that is configured as well, whichever comes first."""

    def setup(app: Flask, library: Library) -> None:
        extension(app, library)
        decorated(**options)(app, library)

    return setup


DECORATED = (
    Row("@cross_origin()", decorated(), (*EVERYDAY, *ELSEWHERE, ask(page="null"))),
    Row("@, one origin", decorated(origins=APP), (*EVERYDAY, *ELSEWHERE)),
    Row("@, credentials", decorated(origins=[APP, PARTNER], supports_credentials=True), (*EVERYDAY, ask(page=PARTNER))),
    Row("@, credentials for everybody", decorated(supports_credentials=True), but("star-with-credentials", *READ)),
    Row("@, methods", decorated(methods=METHODS, origins=APP), (*READ, *WRITE)),
    Row("@, headers", decorated(allow_headers=["X-A"]), (ask(headers=X_A), ask(headers=BOTH), *READ)),
    Row("@, exposed", decorated(expose_headers=["X-Page"]), (*READ, ask("PUT"))),
    Row("@, max_age", decorated(max_age=60), (ask("PUT", again_after=30), ask("PUT", again_after=90))),
    Row("@, an unknown option", decorated(origin=APP), but("unknown-option", *READ)),
    Row("@, send_wildcard", decorated(send_wildcard=True), (*READ, *WRITE), warns=True),
)

BESIDE = (
    Row("@ beside CORS", beside(cors(origins=PARTNER), origins=APP), (*READ, *WRITE, ask(page=PARTNER), *READING)),
    Row("@ opens", beside(cors(origins=PARTNER)), (*READ, *WRITE, *READING)),
    Row("@ refuses", beside(cors(), origins=PARTNER), (*READ, *WRITE, ask(page=PARTNER), *READING)),
    Row(
        "@ outside the resources",
        beside(cors(resources="/api/*"), origins=APP),
        (*READ, *WRITE, Ask(path="/api"), Ask()),
    ),
    Row(
        "@ without credentials",
        beside(cors(origins=APP, supports_credentials=True), origins=APP),
        (*READ, ask(credentials=True)),
    ),
)


def routed(make: Callable[[Library], Callable[..., Any]], **rule: Any) -> Setup:
    """A view made with the library at hand, at /view."""

    def setup(app: Flask, library: Library) -> None:
        app.add_url_rule("/view", "view", make(library), **{"methods": METHODS, **rule})

    return setup


def failing(library: Library) -> Callable[..., Any]:
    @library.cross_origin(origins=APP)
    def fails() -> Any:
        return abort(404) if request.method == "GET" else 1 // 0

    return fails


def of_a_class(library: Library) -> Callable[..., Any]:
    class Things(MethodView):
        decorators = [library.cross_origin(origins=APP)]

        def get(self) -> str:
            return "got"

        def put(self) -> str:
            return "put"

    return Things.as_view("view")


def methods_of_a_class(library: Library) -> Callable[..., Any]:
    class Things(MethodView):
        @library.cross_origin(origins=APP)
        def get(self) -> str:
            return "got"

        @library.cross_origin(origins=PARTNER)
        def put(self) -> str:
            return "put"

    return Things.as_view("view")


def asynchronous(library: Library) -> Callable[..., Any]:
    @library.cross_origin(origins=APP)
    async def later() -> str:
        return "later"

    return later


def with_own_options(library: Library) -> Callable[..., Any]:
    @library.cross_origin(origins=APP, expose_headers="X-Mine")
    def own() -> Any:
        return request.method, {"X-Mine": "yes"}

    return own


def members_only(function: Callable[..., Any]) -> Callable[..., Any]:
    """What login_required does."""

    @functools.wraps(function)
    def guarded(**values: Any) -> Any:
        return function(**values) if "Authorization" in request.headers else ("who are you?", 401)

    return guarded


def guarded_outside(library: Library) -> Callable[..., Any]:
    return members_only(library.cross_origin(origins=APP)(view()))


def guarded_inside(library: Library) -> Callable[..., Any]:
    return library.cross_origin(origins=APP)(members_only(view()))


def without_parentheses(library: Library) -> Callable[..., Any]:
    return library.cross_origin(view())


def positional(library: Library) -> Callable[..., Any]:
    return library.cross_origin(APP)(view())


def stacked(library: Library) -> Callable[..., Any]:
    return library.cross_origin(origins=PARTNER)(library.cross_origin(origins=APP)(view()))


def for_each_method(app: Flask, library: Library) -> None:
    for method, origin in (("GET", APP), ("PUT", PARTNER)):
        app.add_url_rule("/view", method, library.cross_origin(origins=origin)(view()), methods=[method])


def behind_a_guard(app: Flask, library: Library) -> None:
    app.before_request(lambda: ("who are you?", 401))
    decorated(origins=APP)(app, library)


def in_a_blueprint(app: Flask, library: Library) -> None:
    made = Blueprint("bp", __name__)
    made.add_url_rule("/view", "view", library.cross_origin(origins=APP)(view()), methods=METHODS)
    library.CORS(made, origins=PARTNER)
    app.register_blueprint(made)


def with_config(*, options: dict[str, Any] | None = None, **config: Any) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        app.config.update(config)
        decorated(**options or {})(app, library)

    return setup


def failing_beside(app: Flask, library: Library) -> None:
    app.add_url_rule("/view", "view", failing(library))
    library.CORS(app, origins=PARTNER)


def guarded_beside(app: Flask, library: Library) -> None:
    app.before_request(lambda: ("who are you?", 401))
    beside(cors(origins=PARTNER), origins=APP)(app, library)


def on_two_rules(app: Flask, library: Library) -> None:
    """One function, decorated for one rule and not for the other, as `decorator(view)` in `add_url_rule` does."""
    function = view()
    app.add_url_rule("/view", "view", library.cross_origin(origins=APP)(function))
    app.add_url_rule("/hidden", "hidden", function)


def twice_on_two_rules(app: Flask, library: Library) -> None:
    function = view()
    app.add_url_rule("/view", "view", library.cross_origin(origins=APP)(function))
    app.add_url_rule("/partner", "partner", library.cross_origin(origins=PARTNER)(function))


def on_an_error_page(app: Flask, library: Library) -> None:
    app.register_error_handler(404, library.cross_origin(origins=APP)(lambda error: ("nothing here", 404)))


def configured_late(app: Flask, library: Library) -> None:
    decorated()(app, library)
    app.config["CORS_ORIGINS"] = APP


def with_a_slash(app: Flask, library: Library) -> None:
    app.add_url_rule("/view/", "view", library.cross_origin(origins=APP)(view()), methods=METHODS)


HIDDEN, ON_PARTNER = Ask(path="/hidden"), Ask(path="/partner")
KINDS = (
    Row("@ on one of two rules", on_two_rules, (*READ, HIDDEN, Ask("PUT", "/hidden"))),
    Row(
        "@ for each of two rules",
        twice_on_two_rules,
        (*READ, ask(page=PARTNER), ON_PARTNER, Ask(path="/partner", page=PARTNER)),
    ),
    Row("@ on an error page", on_an_error_page, (Ask(path="/nowhere"), Ask(path="/nowhere", page=EVIL))),
    Row("@ and app.config, later", configured_late, (*READ, *WRITE)),
    Row(
        "@ and a slash",
        with_a_slash,
        (
            *(Ask(path="/view/"), ask(page=EVIL)),
            *but("errors-carry-headers", ask()),
            *but("preflight-first", ask("PUT")),
        ),
    ),
    Row("errors of @ beside CORS", failing_beside, (ask(page=EVIL), *but("decorator-first", ask(), ask(page=PARTNER)))),
    Row(
        "a guard before @ beside CORS",
        guarded_beside,
        (ask(page=EVIL), *but("decorator-first", ask(), ask(page=PARTNER))),
    ),
    Row(
        "@ on a class",
        routed(of_a_class, methods=None),
        (*READ, ask("PUT", page=EVIL), *but("preflight-on-classes", ask("PUT"), ask(headers=X_A))),
    ),
    Row(
        "@ on a class's methods",
        routed(methods_of_a_class, methods=None),
        (*READ, ask(page=PARTNER), ask("PUT", page=EVIL), *but("preflight-on-classes", ask("PUT", page=PARTNER))),
    ),
    Row("@ on an async view", routed(asynchronous), (ask(page=EVIL), *but("async-views", ask(), ask("PUT")))),
    Row("@ and errors", routed(failing), (ask(page=EVIL), *but("errors-carry-headers", ask(), ask("PUT")))),
    Row(
        "@ and OPTIONS",
        routed(with_own_options, methods=["GET", "PUT", "OPTIONS"]),
        (*READ, *WRITE, ask(headers=X_A), *but("plain-options", ask("OPTIONS"))),
    ),
    Row("@ and Flask's OPTIONS", decorated(origins=APP), (ask("OPTIONS", page=EVIL), ask("OPTIONS"))),
    Row(
        "automatic_options=False",
        decorated(origins=APP, automatic_options=False),
        (*READ, ask("PUT", page=EVIL), *but("automatic-options", ask("PUT"), ask(headers=X_A))),
        warns=True,
    ),
    Row(
        "automatic_options=False and OPTIONS",
        decorated(origins=APP, automatic_options=False, methods=["GET", "PUT", "OPTIONS"]),
        (*READ, *WRITE, ask("OPTIONS")),
        warns=True,
    ),
    Row(
        "a guard outside @",
        routed(guarded_outside),
        (
            ask(page=EVIL),
            ask(headers=TOKEN, page=EVIL),
            *but("errors-carry-headers", ask()),
            *but("preflight-first", ask("PUT"), ask(headers=TOKEN)),
        ),
    ),
    Row("a guard inside @", routed(guarded_inside), (*READ, *WRITE, ask(headers=TOKEN), ask("PUT", headers=TOKEN))),
    Row(
        "a guard before @",
        behind_a_guard,
        (*WRITE, ask(headers=X_A), ask(page=EVIL), ask()),
    ),
    Row("@ without parentheses", routed(without_parentheses), but("without-parentheses", ask(), ask("PUT"))),
    Row("@ with a positional argument", routed(positional), but("unknown-option", ask(), ask(page=EVIL))),
    Row("@ on @", routed(stacked), but("stacked", ask(), ask(page=PARTNER))),
    Row(
        "@ for each method",
        for_each_method,
        (*READ, ask(page=PARTNER), ask(headers=X_A), *but("asked-method", ask("PUT"), ask("PUT", page=PARTNER))),
    ),
    Row("@ in a blueprint", in_a_blueprint, (*READ, *WRITE, ask(page=PARTNER))),
    Row("@ and app.config", with_config(CORS_ORIGINS=APP, CORS_EXPOSE_HEADERS="X-Total"), (*READ, *WRITE)),
    Row("@ over app.config", with_config(options={"origins": APP}, CORS_ORIGINS=PARTNER), (*READ, ask(page=PARTNER))),
)

VIEWS = (*DECORATED, *BESIDE, *KINDS)
