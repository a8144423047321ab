"""Where a policy applies: resources, blueprints, several `CORS`, `app.config`, and responses that no view made."""

from __future__ import annotations

import os
import re
from typing import Any
from unittest.mock import patch as patched

from flask import Blueprint, Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from tests.flask.parity_options import EVERYDAY, READING, WRITING, X_A, cors, delete, get, patch, post, put
from tests.flask.verdicts import Library, Setup, site
from tests.parity.verdicts import APP, EVIL, PARTNER, Row, but

V1, V2 = get("/api/v1/items"), get("/api/v2/items")
APIARY = but("whole-segments", get("/apiary"))

RESOURCES = (
    Row("resources='*'", cors(resources="*"), (get(), V1, *WRITING)),
    Row("resources='/*'", cors(resources="/*"), (get(), V1, *WRITING)),
    Row("resources='/.*'", cors(resources=r"/.*", origins=APP), (*READING, V1, *WRITING)),
    Row(
        "a subtree",
        cors(resources="/api/*"),
        (get("/api"), get("/api/items"), V1, put("/api/items"), get(), get("/API/items"), get("/api/abort"), *APIARY),
    ),
    Row("a subtree in a mapping", cors(resources={r"/api/*": {"origins": APP}}), (V1, get(), put("/api"), *APIARY)),
    Row("an expression", cors(resources=r"^/api/.*$"), (get("/api"), V1, get("/apiary"), get())),
    Row("an expression without an end", cors(resources=r"/api/v\d"), (V1, V2, get("/api/items"), get())),
    Row("compiled", cors(resources=re.compile(r"/api/v1")), (V1, V2, get())),
    Row("one path", cors(resources="/items"), (get(), put("/items/1"), V1, post(json=True))),
    Row("a dot", cors(resources="/a.b/items"), (get("/a.b/items"), get("/axb/items"))),
    Row("a list", cors(resources=["/api/*", "/public/*"]), (V1, get("/public/items"), get(), *APIARY)),
    Row("a tuple with an expression", cors(resources=("/items", re.compile("/api/v2"))), (get(), V1, V2)),
    Row(
        "a mapping",
        cors(resources={"/api/*": {"origins": APP}, "/public/*": {"origins": "*"}, "/items": {"origins": PARTNER}}),
        (
            *(get(path, page=page) for path in ("/api/items", "/public/items", "/items") for page in (APP, EVIL)),
            get(page=PARTNER),
            put("/api/items"),
            put("/api/items", page=EVIL),
            put("/public/items", page=EVIL),
            put("/items/1", page=PARTNER),
        ),
    ),
    Row(
        "the longest first",
        cors(resources={r"/api/.*": {"origins": PARTNER}, r"/api/v1/.*": {"origins": APP}}),
        (V1, V2, get("/api/v1/items", page=PARTNER), get("/api/v2/items", page=PARTNER), put("/api/v1/items")),
    ),
    Row(
        "a path beats an expression",
        cors(resources={r"/.*": {"origins": PARTNER}, "/items": {"origins": APP}}),
        (get(), get(page=PARTNER), V1, get("/api/v1/items", page=PARTNER)),
    ),
    Row(
        "compiled beats text",
        cors(resources={r"/api/v1/.*": {"origins": PARTNER}, re.compile("/api"): {"origins": APP}}),
        (V1, get("/api/v1/items", page=PARTNER)),
    ),
    Row(
        "a resource's options over the others",
        cors(
            origins=APP,
            methods=["PUT"],
            expose_headers="X-Total",
            resources={"/api/*": {"methods": ["DELETE"]}, "/items": {"expose_headers": "X-Page"}},
        ),
        (delete("/api/items"), put("/api/items"), get("/api/items"), get(), get("/api/items", page=EVIL)),
    ),
    Row("everything in a mapping", cors(resources={r"/*": {"origins": "*"}}), (*READING, *WRITING)),
    Row(
        "credentials for all resources",
        cors(supports_credentials=True, resources={"/api/*": {"origins": APP}, "/items": {"origins": [PARTNER]}}),
        (
            get("/api/items", credentials=True),
            put("/api/items", credentials=True),
            get("/api/items", page=EVIL, credentials=True),
            get(page=PARTNER, credentials=True),
            get(),
        ),
    ),
    Row(
        "credentials for one resource",
        cors(resources={"/api/*": {"origins": APP, "supports_credentials": True}, "/items": {}}),
        (get("/api/items", credentials=True), get(credentials=True), get(page=EVIL)),
    ),
    Row(
        "credentials for everybody in a resource",
        cors(origins=APP, resources={"/api/*": {"origins": "*", "supports_credentials": True}}),
        but("star-with-credentials", get("/api/items")),
    ),
    Row("no slash at the beginning", cors(resources={"api/*": {"origins": APP}}), (V1, get()), warns=True),
    Row(
        "alternatives of paths", cors(resources=r"/(api|public)/.*"), (V1, get("/public/items"), get(), get("/apiary"))
    ),
    Row("what it is not", cors(resources=r"/(?!api/).*"), (V1, get("/api"), get()), warns=True),
    Row("not ASCII", cors(resources="/caf\u00e9"), (get("/caf%C3%A9"), get("/cafe"))),
    Row("doubled slashes", cors(resources="/items"), (*but("many-readings", get("//items")), get("/items/"), get())),
    Row("options that are none", cors(resources={"/api/*": None}), (V1,)),
    Row("no resource", cors(resources={}), READING),
    Row("no resource in a list", cors(resources=[]), READING),
    Row("resources of a wrong type", cors(resources=5), READING),
    Row("a broken expression for resources", cors(resources="/api/(v1"), READING),
    Row(
        "encoded",
        cors(resources="/api/*"),
        (get("/%61pi/items"), get("/api%2Fitems"), *but("decoded-once", get("/%2561pi/items"))),
    ),
    Row(
        "one within the other",
        cors(resources={"/api/*": {"origins": APP}, "/api/v1/*": {"origins": PARTNER}}),
        (V1, V2, get("/api/v1/items", page=PARTNER)),
    ),
)

ERRORS = (get("/abort/404"), get("/abort/418"), get("/abort/500"), get("/boom"), get("/nowhere"), post("/stream"))
ELSEWHERE = (
    *ERRORS,
    *(get(path) for path in ("/stream", "/file", "/slash", "/slash/", "/moved", "/elsewhere")),
    post("/login", credentials=True),
    put("/abort/500"),
    put("/boom"),
    put("/moved"),
    put("/stream"),
    put("/slash/"),
    get("/own-options", headers=X_A),
)
UNROUTED = (put("/nowhere"), put("/slash"), get("/nowhere", headers=X_A))


def failing(*, propagate: bool) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        app.config["PROPAGATE_EXCEPTIONS"] = propagate
        library.CORS(app, origins=APP)

    return setup


def with_error_pages(app: Flask, library: Library) -> None:
    app.register_error_handler(404, lambda error: ({"error": "nothing here"}, 404))
    app.register_error_handler(Exception, lambda error: ({"error": "ours"}, 500))
    library.CORS(app, origins=APP)


def behind_a_guard(app: Flask, library: Library) -> None:
    app.before_request(lambda: ("who are you?", 401))
    library.CORS(app, origins=APP)


def with_own_options(app: Flask, library: Library) -> None:
    app.add_url_rule("/view", "view", lambda: ("no", 403), methods=["OPTIONS", "PUT"])
    library.CORS(app)


def with_views_that_share(app: Flask, library: Library) -> None:
    """Views that set headers of CORS themselves: one opens itself to everybody, one narrows itself to a partner."""
    for name, value in (("open", "*"), ("partner", PARTNER)):
        headers = {"Access-Control-Allow-Origin": value, "Vary": "Accept"}
        app.add_url_rule(f"/{name}", name, lambda headers=headers: ("shared", headers))
    app.add_url_rule("/named", "named", lambda: ("x", {"X-Total": "1", "Access-Control-Expose-Headers": "X-Total"}))


def sharing(**options: Any) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        with_views_that_share(app, library)
        library.CORS(app, **options)

    return setup


def mounted(app: Flask, library: Library) -> None:
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/inner": site()})  # type: ignore[method-assign]
    library.CORS(app, origins=APP)


def mounted_later(app: Flask, library: Library) -> None:
    library.CORS(app, origins=APP)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/inner": site()})  # type: ignore[method-assign]


def mounted_itself(app: Flask, library: Library) -> None:
    library.CORS(app, resources="/api/*", origins=APP)
    app.wsgi_app = DispatcherMiddleware(app.wsgi_app, {"/mount": app.wsgi_app})  # type: ignore[method-assign]


def before_its_routes(app: Flask, library: Library) -> None:
    library.CORS(app, origins=APP)
    app.add_url_rule("/late", "late", lambda: "late", methods=["GET", "PUT"])


def under_test(app: Flask, library: Library) -> None:
    app.testing = True
    library.CORS(app, origins=APP)


def with_own_credentials(app: Flask, library: Library) -> None:
    library.CORS(app, origins=APP)

    @app.after_request
    def let_cookies_in(response: Any) -> Any:
        response.headers["Access-Control-Allow-Credentials"] = "true"
        return response


RESPONSES = (
    Row("mounted itself", mounted_itself, (get("/mount/api/items"), get("/mount/items"), put("/mount/api"), V1)),
    Row("CORS before the routes", before_its_routes, (get("/late"), put("/late"), get("/late", page=EVIL))),
    Row("app.testing", under_test, (*READING, *WRITING, get("/abort/404"), get("/boom"))),
    Row("a hook for cookies", with_own_credentials, (*READING, *but("own-headers", get(credentials=True)))),
    Row("whatever answers, to everybody", cors(), (*ELSEWHERE, *but("preflight-first", *UNROUTED))),
    Row("whatever answers, to one", cors(origins=APP), (*ELSEWHERE, *but("preflight-first", *UNROUTED))),
    Row("whatever answers, to others", cors(origins=PARTNER), (*ELSEWHERE, *UNROUTED)),
    Row("error pages", with_error_pages, ERRORS),
    Row("propagating", failing(propagate=True), (*READING, *but("errors-carry-headers", get("/boom"), put("/boom")))),
    Row("not propagating", failing(propagate=False), (get("/boom"), get("/boom", page=EVIL))),
    Row("a guard", behind_a_guard, (*READING, put(page=EVIL), *but("preflight-first", put(), get(headers=X_A)))),
    Row("a view for OPTIONS", with_own_options, but("preflight-first", put("/view"))),
    Row(
        "views that open themselves",
        sharing(origins=APP),
        (get("/open"), get("/named"), *but("own-headers", get("/open", page=EVIL), get("/partner", page=PARTNER))),
    ),
    Row(
        "views that narrow themselves",
        sharing(),
        (get("/partner", page=PARTNER), get("/named"), *but("own-headers", get("/partner"))),
    ),
    Row("views that expose", sharing(expose_headers="X-Page"), (get("/named"), get())),
    Row("mounted", mounted, (*READING, *but("mounted-apps", get("/inner/items"), put("/inner/items")))),
    Row("mounted later", mounted_later, (*READING, *WRITING, get("/inner/items"), put("/inner/items"))),
)


def blueprint(name: str = "bp", prefix: str | None = "/bp") -> Blueprint:
    made = Blueprint(name, __name__, url_prefix=prefix)
    made.add_url_rule("/things", "things", lambda **_: ({"things": 3}, {"X-Total": "3"}), methods=["GET", "PUT"])
    made.add_url_rule("/fails", "fails", lambda **_: 1 // 0)
    return made


def with_blueprint(prefix: str | None = "/bp", **options: Any) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        made = blueprint(prefix=prefix)
        library.CORS(made, **options)
        app.register_blueprint(made)

    return setup


def blueprint_beside(app: Flask, library: Library) -> None:
    with_blueprint(origins=PARTNER)(app, library)
    library.CORS(app, origins=APP)


def nested(app: Flask, library: Library) -> None:
    outer, inner = blueprint("outer", "/outer"), blueprint("inner", "/inner")
    library.CORS(inner, origins=APP)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)


def nested_in(app: Flask, library: Library) -> None:
    outer, inner = blueprint("outer", "/outer"), blueprint("inner", "/inner")
    library.CORS(outer, origins=APP)
    outer.register_blueprint(inner)
    app.register_blueprint(outer)


def registered_twice(app: Flask, library: Library) -> None:
    made = blueprint()
    library.CORS(made, origins=APP)
    app.register_blueprint(made)
    app.register_blueprint(made, name="again", url_prefix="/again")


THINGS = (get("/bp/things"), get("/bp/things", page=EVIL), put("/bp/things"), put("/bp/things", page=EVIL))
BLUEPRINTS = (
    Row("a blueprint", with_blueprint(), (*THINGS, get(), put("/items/1"), get("/bp/fails"))),
    Row("a blueprint for one", with_blueprint(origins=APP, expose_headers="X-Total"), (*THINGS, get("/nowhere"))),
    Row(
        "what a blueprint has not",
        with_blueprint(origins=APP),
        (
            get("/bp/nowhere", page=EVIL),
            delete("/bp/things", page=EVIL),
            *but("errors-carry-headers", get("/bp/nowhere"), post("/bp/things")),
            *but("errors-carry-headers", delete("/bp/things")),
            *but("preflight-first", put("/bp/nowhere")),
        ),
    ),
    Row("a blueprint without a prefix", with_blueprint(None, origins=APP), (get("/things"), put("/things"), get())),
    Row("a variable prefix", with_blueprint("/<tenant>", origins=APP), (get("/a/things"), put("/a/things"), get())),
    Row("a blueprint's resources", with_blueprint(resources="/bp/things"), (*THINGS, get("/bp/fails"))),
    Row(
        "a blueprint beside its application",
        blueprint_beside,
        (
            *READING,
            *WRITING,
            get("/bp/things", page=PARTNER),
            get("/bp/things", page=EVIL),
            put("/bp/things", page=PARTNER),
            *but("blueprint-wins", get("/bp/things"), put("/bp/things")),
        ),
    ),
    Row(
        "a blueprint in another", nested, (get("/outer/inner/things"), put("/outer/inner/things"), get("/outer/things"))
    ),
    Row("around another", nested_in, (get("/outer/inner/things"), put("/outer/inner/things"), get("/outer/things"))),
    Row("a blueprint registered twice", registered_twice, (get("/bp/things"), get("/again/things"), get())),
)


def configured(*, options: dict[str, Any] | None = None, **config: Any) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        app.config.update(config)
        library.CORS(app, **options or {})

    return setup


def from_environment(**variables: str) -> Setup:
    def setup(app: Flask, library: Library) -> None:
        with patched.dict(os.environ, {f"FLASK_{name}": text for name, text in variables.items()}):
            app.config.from_prefixed_env()
        library.CORS(app)

    return setup


def initialised(app: Flask, library: Library) -> None:
    library.CORS(origins=PARTNER, methods=["PUT"]).init_app(app, origins=APP)


def initialised_alone(app: Flask, library: Library) -> None:
    extension = library.CORS()
    extension.init_app(site())
    extension.init_app(app, origins=APP)


def side_by_side(app: Flask, library: Library) -> None:
    library.CORS(app, resources="/api/*", origins=APP)
    library.CORS(app, resources="/public/*", origins=PARTNER)


def configured_late(app: Flask, library: Library) -> None:
    library.CORS(app, origins=APP)
    app.config["CORS_ORIGINS"] = PARTNER


def overlapping(app: Flask, library: Library) -> None:
    library.CORS(app, resources="/items", origins=APP)
    library.CORS(app, resources="/*", origins=PARTNER)


PARTS = {"CORS_ORIGINS": APP, "CORS_METHODS": ["PUT"], "CORS_EXPOSE_HEADERS": "X-Total", "CORS_MAX_AGE": 60}
CONFIG = (
    Row("app.config", configured(**PARTS), (*READING, *WRITING, patch(), put(again_after=30), put(again_after=90))),
    Row("keys for credentials", configured(CORS_ORIGINS=[APP], CORS_SUPPORTS_CREDENTIALS=True), EVERYDAY),
    Row("keys for headers", configured(CORS_ALLOW_HEADERS=["X-A"]), (get(headers=X_A), get(headers=(("X-C", "1"),)))),
    Row("keys for resources", configured(CORS_RESOURCES={"/api/*": {"origins": APP}}), (V1, get(), put("/api/items"))),
    Row(
        "keys without effect",
        configured(CORS_ORIGINS="*", CORS_SEND_WILDCARD=True, CORS_ALWAYS_SEND=False, CORS_VARY_HEADER=False),
        (*READING, *WRITING),
        warns=True,
    ),
    Row(
        "the other keys", configured(CORS_INTERCEPT_EXCEPTIONS=True, CORS_AUTOMATIC_OPTIONS=True), (*READING, *WRITING)
    ),
    Row("CORS_ORIGINS=None", configured(CORS_ORIGINS=None), (*READING, *WRITING), warns=True),
    Row("a keyword over app.config", configured(options={"origins": APP}, CORS_ORIGINS=PARTNER), (*READING, *WRITING)),
    Row(
        "a resource over app.config",
        configured(options={"resources": {"/api/*": {"origins": APP}, "/items": {}}}, CORS_ORIGINS=PARTNER),
        (V1, get("/api/v1/items", page=PARTNER), get(), get(page=PARTNER)),
    ),
    Row("CORS_HEADERS", configured(CORS_HEADERS="Content-Type", CORS_ORIGINS=APP), (*READING, *WRITING), warns=True),
    Row("a key of somebody else", configured(CORS_TEAM_CONTACT="x", CORS_ORIGINS=APP), (*READING, *WRITING)),
    Row("init_app over the constructor", initialised, (*READING, put(), put(page=PARTNER), patch())),
    Row("app.config too late", configured_late, (*READING, get(page=PARTNER))),
    Row("CORS_ORIGINS=''", configured(CORS_ORIGINS=""), (*READING, *WRITING)),
    Row("CORS_ORIGINS=[]", configured(CORS_ORIGINS=[]), (*READING, *WRITING)),
    Row("CORS_MAX_AGE in text", configured(CORS_MAX_AGE="60"), (put(again_after=30), put(again_after=90))),
    Row("init_app", initialised_alone, (*READING, *WRITING)),
    Row(
        "the environment",
        from_environment(
            CORS_ORIGINS=f'["{APP}"]', CORS_SUPPORTS_CREDENTIALS="true", CORS_MAX_AGE="60", CORS_EXPOSE_HEADERS="X-Page"
        ),
        (*EVERYDAY, put(again_after=30), put(again_after=90)),
    ),
    Row("one origin in the environment", from_environment(CORS_ORIGINS=APP), (*READING, *WRITING)),
    Row("methods in the environment", from_environment(CORS_METHODS="GET,PUT"), (put(), patch(), get())),
    Row(
        "two origins in the environment",
        from_environment(CORS_ORIGINS=f"{APP},{PARTNER}"),
        (get(page=EVIL), *but("comma-separated", get(), put(), get(page=PARTNER))),
    ),
    Row(
        "credentials in text",
        configured(CORS_ORIGINS=APP, CORS_SUPPORTS_CREDENTIALS="False"),
        but("text-for-a-boolean", get(), get(credentials=True)),
    ),
    Row(
        "credentials and no origins",
        configured(CORS_ORIGINS=None, CORS_SUPPORTS_CREDENTIALS=True),
        but("star-with-credentials", get()),
    ),
    Row("a misspelt option", cors(origin=APP), but("unknown-option", get(), get(page=EVIL), put(page=EVIL))),
    Row("an option in a resource", cors(resources={"/items": {"orgins": APP}}), but("unknown-option", *READING)),
    Row("two for two paths", side_by_side, (V1, get("/public/items"), get("/public/items", page=PARTNER), put("/api"))),
    Row("two for one path", overlapping, but("overlap", get(), get(page=PARTNER), V1)),
)

PLACES = (*RESOURCES, *RESPONSES, *BLUEPRINTS, *CONFIG)
