"""Which policy a view has: its mark, its blueprint's, the path's; and that a preflight gets the one of the view it asks about."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort
from flask.views import MethodView, View

from cors_core import ConfigError
from cors_core.testing import Browser, CORSError
from cors_flask import CORS, Policy, cors_policy, cross_origin
from tests.flask.asking import ACAO, ADMIN, APP, EVIL, get, passes, preflight, reads

FOR_APP = Policy(allow_origins=[APP], allow_methods=["PUT", "DELETE"])
FOR_ADMIN = Policy(allow_origins=[ADMIN], allow_methods=["PUT", "DELETE"])
FOR_ALL = Policy(allow_origins="*", allow_methods=["PUT"])


def an_app() -> Flask:
    return Flask("shop")


def logged_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator as people write them."""

    @functools.wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return abort(401)

    return wrapper


# --- marks

native = cors_policy(FOR_ADMIN)
foreign = cross_origin(origins=[ADMIN], methods=["PUT", "DELETE"])


@pytest.mark.parametrize("with_extension", [True, False], ids=["CORS(app)", "alone"])
@pytest.mark.parametrize(
    "order",
    [
        pytest.param(lambda mark, route: lambda view: route(mark(view)), id="below the route"),
        pytest.param(lambda mark, route: lambda view: route(logged_in(mark(view))), id="below another decorator"),
        pytest.param(lambda mark, route: lambda view: route(mark(logged_in(view))), id="above another decorator"),
    ],
)
def test_a_mark_counts_in_any_order(order: Callable[..., Any], with_extension: bool) -> None:
    app = an_app()
    route = app.route("/admin", methods=["GET", "PUT"])
    order(cross_origin(origins=[ADMIN], methods=["PUT"]), route)(lambda: "admin")
    if with_extension:
        CORS(app, FOR_APP)
    assert (passes(app, "/admin", origin=ADMIN), reads(app, "/admin", ADMIN)) == (True, True)
    assert (passes(app, "/admin"), reads(app, "/admin")) == (False, False)
    assert reads(app, "/elsewhere") is with_extension


@pytest.mark.parametrize("with_extension", [True, False], ids=["CORS(app)", "alone"])
def test_a_mark_counts_above_the_route(with_extension: bool) -> None:
    app = an_app()

    @cross_origin(
        origins=[ADMIN],
    )
    @app.route("/admin")
    @logged_in
    def admin() -> str:
        return "admin"

    @cors_policy(FOR_ADMIN)
    @app.route("/native")
    def other() -> str:
        return "admin"

    if with_extension:
        CORS(app, FOR_APP)
    for path in ("/admin", "/native"):
        assert (reads(app, path, ADMIN), reads(app, path), passes(app, path, "GET", ADMIN)) == (True, False, True)


def test_what_is_decorated_elsewhere_than_it_is_routed_is_told_and_not_opened(caplog: pytest.LogCaptureFixture) -> None:
    def view() -> str:
        return ""

    app, other = an_app(), an_app()
    app.add_url_rule("/", view_func=view, endpoint="bare")
    other.add_url_rule("/", view_func=cross_origin(view), endpoint="open")
    for each in (app, other):
        CORS(each, {"/elsewhere": FOR_ALL})
    assert (reads(app), reads(other)) == (False, True)
    assert "below @app.route" in caplog.text


def test_a_decorated_function_that_a_view_calls_shares_its_own_response_only() -> None:
    app = an_app()

    @app.get("/public")
    @cross_origin(origins=[EVIL])
    def public() -> str:
        return "public"

    app.add_url_rule("/private", view_func=lambda: "private and " + public().get_data(as_text=True), endpoint="private")
    app.add_url_rule("/handed-on", view_func=lambda: public(), endpoint="handed-on")
    CORS(app, FOR_APP)
    assert [reads(app, path, EVIL) for path in ("/public", "/private", "/handed-on")] == [True, False, True]
    assert get(app, "/private").text == "private and public"


@pytest.mark.parametrize("mark", [native, foreign], ids=["cors_policy", "cross_origin"])
def test_the_mark_beats_the_path(mark: Callable[..., Any]) -> None:
    app = an_app()
    app.add_url_rule("/api/admin", view_func=mark(lambda: ""), endpoint="admin", methods=["PUT", "GET"])
    CORS(app, {"/api": FOR_APP})
    assert (reads(app, "/api/admin", ADMIN), reads(app, "/api/admin"), reads(app, "/api/x")) == (True, False, True)
    assert (passes(app, "/api/admin", origin=ADMIN), passes(app, "/api/admin")) == (True, False)


def test_none_exempts_a_view() -> None:
    app = an_app()
    app.add_url_rule("/own", view_func=cors_policy(None)(lambda: Response("", headers={ACAO: EVIL})), endpoint="own")
    CORS(app, FOR_APP)
    answer = get(app, "/own")
    assert (answer.headers[ACAO], "Vary" in answer.headers) == (EVIL, False)
    assert preflight(app, "/own", "GET").status_code == 200  # Flask's own answer to OPTIONS
    assert ACAO not in preflight(app, "/own", "GET").headers


def test_an_asynchronous_view_is_marked_like_any() -> None:
    app = an_app()

    @app.get("/later")
    @cross_origin(origins=[ADMIN])
    async def later() -> str:
        return "later"

    CORS(app, FOR_APP)
    answer = get(app, "/later", ADMIN)
    assert (answer.text, answer.headers[ACAO]) == ("later", ADMIN)


def test_two_views_on_one_url_keep_their_own_policies_and_a_preflight_gets_the_one_it_asks_about() -> None:
    app = an_app()
    app.add_url_rule("/thing", view_func=cors_policy(FOR_APP)(lambda: ""), endpoint="change", methods=["PUT"])
    app.add_url_rule("/thing", view_func=cors_policy(FOR_ADMIN)(lambda: ""), endpoint="remove", methods=["DELETE"])
    CORS(app, {"/other": FOR_ALL})
    assert (passes(app, "/thing", "PUT"), passes(app, "/thing", "DELETE")) == (True, False)
    assert (passes(app, "/thing", "PUT", ADMIN), passes(app, "/thing", "DELETE", ADMIN)) == (False, True)
    assert (reads(app, "/thing", method="PUT"), reads(app, "/thing", ADMIN, method="DELETE")) == (True, True)
    assert (reads(app, "/thing", ADMIN, method="PUT"), reads(app, "/thing", method="DELETE")) == (False, False)


class Things(MethodView):
    decorators = (cors_policy(FOR_APP),)

    def get(self) -> str:
        return "all"

    @cors_policy(FOR_ADMIN)
    def delete(self) -> str:
        return "gone"

    @cross_origin(origins=[EVIL])
    def put(self) -> str:
        return "put"


@cors_policy(FOR_ADMIN)
class Whole(View):
    methods = ("GET", "PUT")

    def dispatch_request(self) -> str:
        return "whole"


def test_methods_of_a_view_class_are_marked_one_by_one_and_the_others_by_the_class() -> None:
    app = an_app()
    app.add_url_rule("/things", view_func=Things.as_view("things"))
    app.add_url_rule("/whole", view_func=Whole.as_view("whole"))
    CORS(app, FOR_ALL)
    assert [passes(app, "/things", method, APP) for method in ("GET", "DELETE", "PUT")] == [True, False, False]
    assert [passes(app, "/things", method, ADMIN) for method in ("GET", "DELETE", "PUT")] == [False, True, False]
    assert [passes(app, "/things", method, EVIL) for method in ("GET", "DELETE", "PUT")] == [False, False, True]
    assert (reads(app, "/things", method="HEAD"), reads(app, "/things", ADMIN, "HEAD")) == (True, False)
    assert (passes(app, "/whole", origin=ADMIN), passes(app, "/whole")) == (True, False)


@pytest.mark.parametrize(("path", "mounted"), [("/a", "/a/"), ("/a//b", "/a/b"), ("/a//c", "/a/c/")])
def test_a_redirect_to_the_rule_is_followed(path: str, mounted: str) -> None:
    app = an_app()
    app.add_url_rule(mounted, view_func=cors_policy(FOR_ADMIN)(lambda: ""), endpoint="a", methods=["GET", "PUT"])
    CORS(app, FOR_APP)
    assert (passes(app, path, origin=ADMIN), passes(app, path)) == (True, False)
    redirected = get(app, path, ADMIN)
    assert (redirected.status_code, redirected.headers[ACAO]) == (308, ADMIN)
    assert not reads(app, path)
    assert (
        passes(app, path, origin=ADMIN, base_url="http://localhost/mount"),
        passes(app, path, base_url="http://localhost/mount"),
    ) == (True, False)


def test_a_redirect_to_another_host_is_refused() -> None:
    app = Flask("shop", host_matching=True, static_host="a.example.com")
    app.add_url_rule(
        "/x", view_func=cors_policy(FOR_ALL)(lambda: ""), endpoint="x", host="b.example.com", methods=["PUT"]
    )
    app.add_url_rule("/x", redirect_to="http://b.example.com/x", endpoint="y", host="a.example.com", methods=["PUT"])
    CORS(app, FOR_ALL)
    assert passes(app, "/x", base_url="http://b.example.com")
    assert preflight(app, "/x", base_url="http://a.example.com").status_code == 403


def test_unknown_urls_and_methods_fall_to_the_path() -> None:
    app = an_app()
    app.add_url_rule("/admin", view_func=cors_policy(FOR_ADMIN)(lambda: ""), endpoint="admin")
    CORS(app, FOR_APP)
    assert (passes(app, "/nowhere"), passes(app, "/admin", "DELETE")) == (True, True)
    assert get(app, "/admin", method="DELETE").status_code == 405


@pytest.mark.skipif("TRUSTED_HOSTS" not in Flask.default_config, reason="Flask trusts every host before 3.1")
def test_a_host_that_flask_does_not_trust_is_refused() -> None:
    app = an_app()
    app.config["TRUSTED_HOSTS"] = ["api.example.com"]
    app.add_url_rule("/", view_func=cors_policy(FOR_ALL)(lambda: ""), endpoint="index", methods=["PUT"])
    CORS(app, FOR_ALL)
    assert passes(app, base_url="http://api.example.com")
    assert preflight(app, base_url="http://evil.example").status_code == 403


@pytest.mark.parametrize("method", ["PUT", "put", "", "P U T", "\x7f", "X" * 70_000])
def test_whatever_a_preflight_asks_about_is_routed_without_an_exception(method: str) -> None:
    app = an_app()
    app.add_url_rule("/", view_func=cors_policy(FOR_ADMIN)(lambda: ""), endpoint="index", methods=["PUT"])
    CORS(app, FOR_APP)
    assert preflight(app, method=method, origin=ADMIN).status_code in (204, 403)


def test_enforce_on_one_view_blocks_before_it_runs() -> None:
    app = an_app()
    ran: list[str] = []
    policy = Policy(allow_origins=[ADMIN], enforce="all")
    app.add_url_rule("/admin", view_func=cors_policy(policy)(lambda: ran.append("admin") or ""), endpoint="admin")
    app.add_url_rule("/", view_func=lambda: ran.append("index") or "", endpoint="index")
    CORS(app, {"/": FOR_APP})
    assert (get(app, "/admin", EVIL).status_code, get(app, "/", EVIL).status_code, ran) == (403, 200, ["index"])
    assert reads(app, "/admin", ADMIN)


# --- marks that would not work


def test_a_second_mark_is_refused() -> None:
    with pytest.raises(ConfigError, match="keep one decorator"):
        cross_origin(origins=[APP])(cross_origin(origins=[ADMIN])(lambda: ""))


def test_the_same_mark_twice_is_one_mark_so_that_a_factory_may_decorate() -> None:
    def view() -> str:
        return ""

    for _ in range(2):
        app = an_app()
        app.add_url_rule("/", view_func=cross_origin(origins=[ADMIN])(view), endpoint="index")
        CORS(app, FOR_APP)
        assert reads(app, origin=ADMIN)


@pytest.mark.parametrize("mark", [native, foreign], ids=["cors_policy", "cross_origin"])
@pytest.mark.parametrize("view", ["text", 7, property(lambda self: "")], ids=lambda view: type(view).__name__)
def test_a_mark_on_what_is_no_view_is_refused(mark: Callable[..., Any], view: Any) -> None:
    with pytest.raises(ConfigError, match="put the decorator on a function"):
        mark(view)


def test_a_bound_method_has_no_mark_of_its_own() -> None:
    with pytest.raises(ConfigError, match="put the decorator on a function"):
        native(Things().get)


@pytest.mark.parametrize(
    "misuse",
    [
        pytest.param(lambda: cross_origin("https://only.example.com"), id="positional"),
        pytest.param(lambda: cross_origin(lambda: "", "https://only.example.com"), id="a view and an origin"),
        pytest.param(lambda: cross_origin(origin=APP), id="misspelt"),
        pytest.param(lambda: cross_origin(resources={}), id="resources"),
        pytest.param(lambda: cross_origin(origins="*", supports_credentials=True), id="everyone with credentials"),
        pytest.param(lambda: cors_policy(lambda: ""), id="cors_policy without parentheses"),
    ],
)
def test_misuse_is_told_where_it_is_written(misuse: Callable[[], Any]) -> None:
    with pytest.raises(ConfigError):
        misuse()


def test_cross_origin_without_parentheses_is_cross_origin_with_them() -> None:
    app = an_app()
    app.add_url_rule("/", view_func=cross_origin(lambda: "tea"), endpoint="index")
    assert get(app).headers[ACAO] == "*"


# --- cross_origin without CORS(app)


def alone(**config: Any) -> Flask:
    app = an_app()
    app.config.update(config)
    mark = functools.partial(cross_origin, origins=[APP], methods=["PUT"])
    app.add_url_rule("/", view_func=mark()(lambda: "tea"), endpoint="index", methods=["GET", "PUT"])
    app.add_url_rule("/abort", view_func=mark()(lambda: abort(404)), endpoint="abort")
    app.add_url_rule("/boom", view_func=mark()(lambda: 1 // 0), endpoint="boom")
    app.add_url_rule("/own", view_func=mark()(lambda: "own"), endpoint="own", methods=["GET", "OPTIONS"])
    app.add_url_rule("/bare", view_func=lambda: "bare", endpoint="bare")
    return app


@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/abort", 404), ("/boom", 500)])
def test_alone_it_covers_aborts_and_errors(path: str, status: int) -> None:
    answer = get(alone(), path)
    assert (answer.status_code, answer.headers[ACAO], answer.headers.getlist("Vary")) == (status, APP, ["Origin"])


def test_alone_it_touches_no_other_view_and_leaves_a_plain_options_request_alone() -> None:
    app = alone()
    assert "Vary" not in get(app, "/bare").headers
    assert get(app, "/own", method="OPTIONS").text == "own"
    assert "PUT" in get(app, "/", method="OPTIONS").headers["Allow"]


def test_alone_a_preflight_is_answered_but_behind_before_request() -> None:
    app = alone()
    assert (passes(app), passes(app, "/own", "GET"), passes(app, origin=EVIL)) == (True, True, False)
    locked = alone()
    locked.before_request(lambda: ("no token", 401))
    assert preflight(locked).status_code == 401


def test_alone_what_the_application_sets_is_replaced() -> None:
    app = alone()
    app.after_request(lambda response: response.headers.add(ACAO, "*") or response)
    assert get(app).headers.getlist(ACAO) == [APP]


def test_alone_the_configuration_completes_the_options_and_is_checked_at_the_first_request() -> None:
    app = an_app()
    app.config["CORS_ORIGINS"] = [APP]
    app.add_url_rule("/", view_func=cross_origin(expose_headers="X-A")(lambda: ""), endpoint="index")
    assert get(app).headers["Access-Control-Expose-Headers"] == "X-A"
    broken = alone(CORS_SUPPORTS_CREDENTIALS="yes")
    broken.testing = True
    for path in ("/", "/bare"):
        with pytest.raises(ConfigError, match="CORS_SUPPORTS_CREDENTIALS"):
            get(broken, path)


# --- blueprints


def blueprint(name: str = "api", prefix: str | None = "/api", **policy: Any) -> Blueprint:
    made = Blueprint(name, __name__, url_prefix=prefix)
    made.add_url_rule("/x", view_func=lambda **_: name, endpoint="x", methods=["GET", "PUT"])
    if policy:
        CORS(made, **policy)
    return made


ONLY_ADMIN = {"allow_origins": [ADMIN], "allow_methods": ["PUT"]}


@pytest.mark.parametrize("beside", [True, False], ids=["beside CORS(app)", "alone"])
def test_a_blueprints_policy_covers_its_views_its_unmatched_urls_and_nothing_else(beside: bool) -> None:
    app = an_app()
    app.add_url_rule("/apiary", view_func=lambda: "", endpoint="apiary")
    if beside:
        CORS(app, FOR_APP)
    app.register_blueprint(blueprint(**ONLY_ADMIN))
    for path in ("/api/x", "/api/nowhere", "/api"):
        assert (reads(app, path, ADMIN), reads(app, path), passes(app, path, origin=ADMIN)) == (True, False, True), path
    assert reads(app, "/api/x", ADMIN, "DELETE")  # a 405
    for path in ("/apiary", "/"):
        assert (reads(app, path, ADMIN), reads(app, path)) == (False, beside)


@pytest.mark.parametrize("prefix", [None, "/", "/<tenant>"])
def test_a_blueprint_without_a_literal_prefix_covers_its_views_only(prefix: str | None) -> None:
    app = an_app()
    CORS(app, FOR_APP)
    app.register_blueprint(blueprint(prefix=prefix, **ONLY_ADMIN))
    path = "/t/x" if prefix == "/<tenant>" else "/x"
    assert (reads(app, path, ADMIN), reads(app, path), reads(app, "/nowhere/at/all")) == (True, False, True)


def test_nested_blueprints_have_the_nearest_policy() -> None:
    outer, inner = blueprint("outer", "/outer", **ONLY_ADMIN), blueprint("inner", "/inner", allow_origins=[EVIL])
    bare = blueprint("bare", "/bare")
    outer.register_blueprint(inner)
    outer.register_blueprint(bare)
    app = an_app()
    CORS(app, FOR_APP)
    app.register_blueprint(outer, url_prefix="/v1")
    app.register_blueprint(outer, url_prefix="/v2", name="again")
    for version in ("/v1", "/v2"):
        assert [reads(app, f"{version}/inner/{end}", EVIL) for end in ("x", "y")] == [True, True]
        assert [reads(app, f"{version}{end}", ADMIN) for end in ("/x", "/y", "/bare/x", "/bare/y")] == [True] * 4
        assert [reads(app, f"{version}{end}") for end in ("/inner/x", "/x", "/bare/y")] == [False] * 3


def test_a_mark_beats_the_blueprint() -> None:
    made = blueprint(**ONLY_ADMIN)
    made.add_url_rule("/open", view_func=cors_policy(FOR_ALL)(lambda: ""), endpoint="open")
    app = an_app()
    app.register_blueprint(made)
    assert get(app, "/api/open").headers[ACAO] == "*"


def test_flask_cors_resources_of_a_blueprint_are_paths_of_the_application() -> None:
    made = blueprint(origins=[ADMIN], resources=["/api/x"])
    made.add_url_rule("/z", view_func=lambda: "", endpoint="z")
    app = an_app()
    CORS(app, FOR_APP)
    app.register_blueprint(made)
    assert (reads(app, "/api/x", ADMIN), reads(app, "/api/z", ADMIN), reads(app, "/api/z")) == (True, False, True)


def test_blueprints_of_one_prefix_and_different_policies_leave_unmatched_urls_to_nobody() -> None:
    app = an_app()
    app.register_blueprint(blueprint("one", **ONLY_ADMIN))
    other = Blueprint("two", __name__, url_prefix="/api")
    CORS(other, allow_origins=[APP])
    app.register_blueprint(other)
    assert [reads(app, "/api/nowhere", origin) for origin in (APP, ADMIN)] == [False, False]
    assert reads(app, "/api/x", ADMIN)


def test_a_blueprint_that_is_registered_already_is_refused() -> None:
    app = an_app()
    made = blueprint()
    app.register_blueprint(made)
    with pytest.raises(ConfigError, match=r"before app\.register_blueprint"):
        CORS(made, FOR_APP)


def test_a_blueprint_that_is_given_twice_is_refused() -> None:
    made = blueprint(**ONLY_ADMIN)
    CORS(made, allow_origins=[APP])
    with pytest.raises(ConfigError, match="one call"):
        an_app().register_blueprint(made)


# --- decorated functions that are no views


@pytest.mark.parametrize("with_extension", [True, False], ids=["CORS(app)", "alone"])
def test_a_decorated_error_handler_and_a_view_below_a_careless_decorator_are_known_when_they_run(
    with_extension: bool,
) -> None:
    app = an_app()

    def careless(view: Callable[..., Any]) -> Callable[..., Any]:
        return lambda: view()

    app.add_url_rule("/", view_func=careless(cross_origin(origins=[ADMIN])(lambda: "")), endpoint="index")
    app.register_error_handler(404, cross_origin(origins=[ADMIN])(lambda error: ("gone", 404)))
    if with_extension:
        CORS(app, FOR_APP)
    assert [reads(app, path, ADMIN) for path in ("/", "/nowhere")] == [True, True]
    assert [reads(app, path) for path in ("/", "/nowhere")] == [False, False]


def test_one_function_for_two_rules_is_shared_where_it_was_decorated() -> None:
    app = an_app()

    def view() -> str:
        return ""

    for path, decorate in (
        ("/app", cross_origin(origins=[APP])),
        ("/admin", cross_origin(origins=[ADMIN])),
        ("/hidden", lambda bare: bare),
    ):
        app.add_url_rule(path, view_func=decorate(view), endpoint=path.strip("/"))
    CORS(app, {"/elsewhere": FOR_ALL})
    allowed = {
        (path, origin) for path in ("/app", "/admin", "/hidden") for origin in (APP, ADMIN) if reads(app, path, origin)
    }
    assert allowed == {("/app", APP), ("/admin", ADMIN)}


# --- what stands between the server and the views


def test_a_method_that_is_overridden_further_in_counts_as_flask_routes_it() -> None:
    app = an_app()
    app.add_url_rule("/things", view_func=Things.as_view("things"))
    inside = app.wsgi_app

    def overriding(environ: Any, start_response: Any) -> Any:
        return inside(
            {**environ, "REQUEST_METHOD": environ.get("HTTP_X_METHOD", environ["REQUEST_METHOD"])}, start_response
        )

    app.wsgi_app = overriding  # type: ignore[method-assign]
    CORS(app, FOR_ALL)
    headers = {"X-Method": "DELETE"}
    assert (
        reads(app, "/things", ADMIN, "POST", headers=headers),
        reads(app, "/things", APP, "POST", headers=headers),
    ) == (
        True,
        False,
    )


@pytest.mark.parametrize("copies", [True, False])
def test_a_path_that_is_rewritten_further_in_has_the_policy_of_the_view_that_answers(copies: bool) -> None:
    app = an_app()
    app.add_url_rule("/private", view_func=cors_policy(None)(lambda: ""), endpoint="private")
    app.add_url_rule(
        "/blocked", view_func=cors_policy(Policy(allow_origins=[APP], enforce="all"))(lambda: "x"), endpoint="b"
    )
    inside = app.wsgi_app

    def rewriting(environ: Any, start_response: Any) -> Any:
        environ = dict(environ) if copies else environ
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/v1")
        return inside(environ, start_response)

    app.wsgi_app = rewriting  # type: ignore[method-assign]
    CORS(app, FOR_ALL)
    assert "Vary" not in get(app, "/v1/private").headers
    blocked = get(app, "/v1/blocked", EVIL)
    assert (blocked.status_code, blocked.headers.getlist("Content-Length"), ACAO in blocked.headers) == (
        200,
        ["1"],
        False,
    )


def test_a_request_class_of_the_applications_own_is_made_as_flask_makes_it() -> None:
    class OwnRequest(Flask.request_class):  # type: ignore[name-defined,misc]
        def __init__(self, environ: Any) -> None:
            super().__init__(environ)

    app = an_app()
    app.request_class = OwnRequest
    app.add_url_rule("/", view_func=cors_policy(FOR_ADMIN)(lambda: ""), endpoint="index", methods=["PUT"])
    CORS(app, FOR_APP)
    assert passes(app, origin=ADMIN)


def test_what_a_browser_has_kept_of_one_method_opens_no_other() -> None:
    ran: list[str] = []

    class Careful(MethodView):
        def put(self) -> str:
            ran.append("put")
            return ""

        @cors_policy(None)
        def delete(self) -> str:
            ran.append("delete")
            return ""

    app = an_app()
    app.add_url_rule("/", view_func=Careful.as_view("careful"))
    CORS(app, FOR_APP)
    page = Browser(app, at="https://api.example.org").open(APP)
    assert page.fetch("https://api.example.org/", method="PUT").ok
    with pytest.raises(CORSError):
        page.fetch("https://api.example.org/", method="DELETE")
    assert ran == ["put"]


def test_a_subclass_that_exempts_itself_beats_the_marks_that_it_inherits() -> None:
    @cors_policy(None)
    class Exempt(Things):
        decorators = ()

    app = an_app()
    app.add_url_rule("/", view_func=Exempt.as_view("exempt"))
    CORS(app, FOR_APP)
    assert [reads(app, "/", origin, "DELETE") for origin in (APP, ADMIN)] == [False, False]
