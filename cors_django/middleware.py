"""The middleware: first in `MIDDLEWARE`, synchronous or asynchronous as the others are.

    MIDDLEWARE = ["cors_django.middleware.CorsMiddleware", ...]

It reads a request, asks, and carries out the plan; the settings are read by `options`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from typing import TYPE_CHECKING, Any, Final

from asgiref.sync import iscoroutinefunction, markcoroutinefunction

from cors_core.answers import MARK
from cors_core.request import preflight_key
from cors_django import current
from cors_django.carrying import answered, carry_out

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

    from cors_core.answers import Answers
    from cors_core.plan import Plan

_INSTEAD: Final = {
    "check_preflight": "write a selector, and name it in CORS_POLICY",
    "is_enabled": "write a selector, and name it in CORS_POLICY",
    "check_signal": "connect a receiver to cors_django.signals.check_request_enabled",
    "origin_found_in_white_lists": "write a predicate, and list it in the allow_origins of CORS_POLICY",
    "regex_domain_match": "write a predicate, and list it in the allow_origins of CORS_POLICY",
    "_url_in_whitelist": "write a predicate, and list it in the allow_origins of CORS_POLICY",
    "add_response_headers": "write an observer, and name it in CORS_OBSERVE",
}


class CorsMiddleware:
    """Applies `CORS_POLICY`, or django-cors-headers' `CORS_*` settings, and the policies that views have of their own.

    Raises `ImproperlyConfigured` when it is built, so that a mistake stops the server.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self.get_response: Any = get_response
        self._asynchronous = iscoroutinefunction(get_response)
        if self._asynchronous:
            markcoroutinefunction(self)
        current.compiled(self._asynchronous)

    def __init_subclass__(cls) -> None:
        for name in _INSTEAD.keys() & vars(cls).keys():
            raise TypeError(f"{cls.__qualname__}.{name} would never be called; {_INSTEAD[name]}")

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """Answer one request, or have the project answer it."""
        if self._asynchronous:
            return self._answer_async(request)
        return self._answer(request)

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        compiled = current.compiled(False)
        urlconf = getattr(request, "urlconf", None)
        answers = compiled.answers(urlconf)
        response: HttpResponseBase
        if request.META.setdefault(MARK, self) is not self:
            answers.step_aside()
            response = self.get_response(request)
            return response
        key = _key(request, answers)
        plan = answers.ready.get(key) or answers.plan(compiled.asked(request), key)
        if plan is None:
            del request.META[MARK]
        elif plan.status is not None:
            return answered(plan, request.method)
        response = self.get_response(request)
        after = answers if getattr(request, "urlconf", None) is urlconf else compiled.answers(request.urlconf)
        routed = self._asked_again(answers, after, plan, request.META)
        if routed is not None:
            plan = routed.routed_plan(compiled.asked(request))
        return response if plan is None else carry_out(plan, response, answers)

    async def _answer_async(self, request: HttpRequest) -> HttpResponseBase:
        compiled = current.compiled(True)
        urlconf = getattr(request, "urlconf", None)
        answers = compiled.answers(urlconf)
        scope = getattr(request, "scope", request.META)
        response: HttpResponseBase
        if scope.setdefault(MARK, self) is not self:
            answers.step_aside()
            response = await self.get_response(request)
            return response
        key = _key(request, answers)
        plan = answers.ready.get(key) or await answers.plan_async(compiled.asked(request), key)
        if plan is None:
            del scope[MARK]
        elif plan.status is not None:
            return answered(plan, request.method)
        response = await self.get_response(request)
        after = answers if getattr(request, "urlconf", None) is urlconf else compiled.answers(request.urlconf)
        routed = self._asked_again(answers, after, plan, scope)
        if routed is not None:
            plan = await routed.routed_plan_async(compiled.asked(request))
        return response if plan is None else carry_out(plan, response, answers)

    def _asked_again(self, answers: Answers, after: Answers, plan: Plan | None, marks: Any) -> Answers | None:
        """Return what to ask once Django has routed the request, where that may make a difference.

        The plan may hang on the view, and a middleware further in may have set another URLconf, of which
        `after` are the answers; or it may have applied a policy itself, where this one had none.
        """
        if after is answers and (plan is not None or answers.routed is None):
            return None
        return after if marks.setdefault(MARK, self) is self else None


def _key(request: HttpRequest, answers: Answers) -> Hashable:
    """What the answer can depend on, where nothing but a constant policy decides."""
    origin = request.META.get("HTTP_ORIGIN")
    if origin and request.method == "OPTIONS":
        return preflight_key(request.META)
    return None if answers.same_for_all else origin
