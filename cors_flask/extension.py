"""The Flask extension: `CORS(app, ...)`, or `CORS(...)` and `init_app(app)`.

It wraps `app.wsgi_app`, so that a preflight is answered before any hook and every error page carries
the headers. What it knows of one application is in `app.extensions["cors"]`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Unpack

from flask import Blueprint, Flask

from cors_core import Policy
from cors_core.errors import mistake
from cors_core.routing import Selectable, choices
from cors_flask import advice
from cors_flask.keywords import ExtensionOptions
from cors_flask.marks import Policies, take_notes
from cors_flask.options import kept
from cors_flask.resources import overlap_problem
from cors_flask.shares import read
from cors_flask.views import BlueprintShare, Share, Views
from cors_flask.wrapping import Middleware, wrap

if TYPE_CHECKING:
    from flask.blueprints import BlueprintSetupState


class CORS:
    """Shares a Flask application, or a blueprint, with other origins.

    Give a `Policy`, a mapping of paths or a selector; or `Policy`'s fields as keywords; or flask-cors's
    options, which `app.config` completes (`CORS_ORIGINS`, ...). `dev_origins` count only while
    `app.debug` is on; `observe` is called with each request and plan; `own_origin` is the origin under
    which browsers know the application. Raises `ConfigError`.
    """

    def __init__(
        self,
        app: Flask | Blueprint | None = None,
        policy: Selectable | Mapping[str, Selectable] = None,
        **options: Unpack[ExtensionOptions],
    ) -> None:
        self._policy, self._options = policy, kept(options)
        if app is not None:
            self.init_app(app)

    def init_app(
        self,
        app: Flask | Blueprint,
        policy: Selectable | Mapping[str, Selectable] = None,
        **options: Unpack[ExtensionOptions],
    ) -> None:
        """Share one more application or blueprint; what is given here goes before what the constructor was given."""
        policy = self._policy if policy is None else policy
        given = {**self._options, **kept(options)}
        target: object = getattr(app, "_get_current_object", lambda: app)()  # `current_app` is a proxy
        if isinstance(target, Blueprint):
            _on_blueprint(target, policy, given)
        elif isinstance(target, Flask):
            installed(target).share(policy, given)
        else:
            message = (
                "is neither a Flask application nor a blueprint; around any other use cors_core.wsgi.CORSMiddleware"
            )
            raise mistake("wrong-type", "app", app, message)


def installed(app: Flask) -> Installed:
    """Return the extension's part in `app`, installing it first if need be."""
    extension: object = app.extensions.get("cors")
    if app._got_first_request or (isinstance(extension, Installed) and extension.settled):
        message = "has served a request already; call CORS(app, ...) where the application is made"
        raise mistake("app-started", "app", app.name, message)
    return extension if isinstance(extension, Installed) else Installed(app)


def _on_blueprint(blueprint: Blueprint, policy: Any, given: dict[str, Any]) -> None:
    """Share what a blueprint has, wherever it is registered from now on."""
    if blueprint._got_registered_once:
        message = "is registered already; call CORS(blueprint, ...) before app.register_blueprint(blueprint)"
        raise mistake("blueprint-registered", "app", blueprint.name, message)
    share = read(policy, given, {}, f"blueprint {blueprint.name}")

    def register(state: BlueprintSetupState) -> None:
        installed(state.app).share_blueprint(state, share, given)  # type: ignore[arg-type]  # the app is Flask's

    blueprint.record(register)


class Installed:
    """The extension's part in one application: what is shared, and the middleware that carries it out."""

    middleware: Middleware

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._shares: list[Share] = []
        self._blueprints: list[BlueprintShare] = []
        self._dev_origins: list[Any] = []
        self._policies = Policies(app)
        self.settled = False
        self.middleware = wrap(app, self.settle)
        app.extensions["cors"] = self

    def share(self, policy: Any, given: Mapping[str, Any]) -> None:
        """Add what one `CORS(app, ...)` says; raises `ConfigError` if another one covers some of it already."""
        share = read(policy, given, self._app.config, "the application")
        for other in self._shares:
            problem = overlap_problem(other.areas, share.areas)
            if problem is not None:
                raise problem
        self._listen(given)
        self._shares.append(share)

    def share_blueprint(self, state: BlueprintSetupState, share: Share, given: Mapping[str, Any]) -> None:
        """Add what `CORS(blueprint, ...)` says, now that the blueprint has its full name and prefix."""
        name = f"{state.name_prefix}.{state.name}".lstrip(".")
        if any(blueprint.name == name for blueprint in self._blueprints):
            message = "is given to CORS twice; write one call, with a mapping of paths if need be"
            raise mistake("overlapping-resources", "app", name, message)
        prefix = (state.url_prefix or "").rstrip("/")
        elsewhere = "<" in prefix or state.subdomain or self._app.url_map.host_matching
        self._listen(given)
        self._blueprints.append(BlueprintShare(name, "" if elsewhere else prefix, share))

    def reconfigure(self, policy: Selectable | Mapping[str, Selectable]) -> None:
        """Replace what every `CORS(app, ...)` said; views and blueprints keep their own. On `ConfigError` all stays."""
        share = read(policy, {}, self._app.config, "the application")
        before, self._shares = self._shares, [share]
        try:
            self.middleware.reconfigure(self._selector(self.views()))
        except Exception:
            self._shares = before
            raise

    def views(self) -> Views:
        """Return the selector as things stand; raises `ConfigError` for a decorator's options that come to no policy."""
        debug = self._app.debug
        blueprints = [b._replace(share=b.share.counting(debug)) for b in self._blueprints]
        return Views(self._app, [share.counting(debug) for share in self._shares], blueprints, self._policies)

    def settle(self, host: str) -> None:
        """Put into force what was said until the first request, and say what will be regretted."""
        selector = self._selector(self.views())
        self.middleware.reconfigure(selector)
        if isinstance(selector, Views):
            take_notes(self._app)
        self.settled = True
        if self._app.debug and self._dev_origins:
            advice.announce(self._app, self._dev_origins)
        policies = [choice for choice in choices(selector) if isinstance(choice, Policy)]
        advice.warn_about(self._app, policies, host)

    def _selector(self, views: Views) -> Any:
        """What the middleware asks: the policy itself, where nothing hangs on what is routed."""
        return views if views.marked or self._blueprints or Policies.decorated else views.paths

    def _listen(self, given: Mapping[str, Any]) -> None:
        self.middleware.listen(given.get("observe"), given.get("own_origin"))
        self._dev_origins += [entry for entry in given.get("dev_origins") or () if entry not in self._dev_origins]
