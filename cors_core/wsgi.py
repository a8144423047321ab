"""The WSGI middleware: put it around the finished application, last.

    application = CORSMiddleware(application, allow_origins=["https://app.example.com"])

It reads a request, asks, and carries out the plan; it decides nothing. The application's body is
handed on as it is, unless `start_response` was not called by then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final, Unpack

from cors_core.answers import MARK, Answers, Observer, policy_from
from cors_core.headers import Reporter, Writer
from cors_core.policy import PolicyFields
from cors_core.request import EnvironRequest, preflight_key
from cors_core.routing import Selectable

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    _Failed = Callable[[Exception, StartResponse, WSGIEnvironment], Iterator[bytes]]

_FAILURE: Final = b"Internal Server Error\n"


class CORSMiddleware:
    """A WSGI application that applies a policy, or the policy that a selector picks, to `app`.

    Give a `Policy`, a mapping of paths or a selector, or `Policy`'s fields as keywords. `observe` is
    called with each `Request` and `Plan`; `own_origin` is the origin under which browsers know the
    application, where the server cannot tell. Raises `ConfigError`.
    """

    def __init__(
        self,
        app: WSGIApplication,
        policy: Selectable = None,
        *,
        observe: Observer | None = None,
        own_origin: str | None = None,
        **fields: Unpack[PolicyFields],
    ) -> None:
        self.app = app
        self._observe, self._own_origin = observe, own_origin
        self._answers = self._answering(policy_from(policy, fields))

    def reconfigure(self, policy: Selectable) -> None:
        """Replace the policy for every request that begins from now on; on `ConfigError` the old one stays."""
        self._answers = self._answering(policy)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request, or have the application answer it: https://peps.python.org/pep-3333/"""
        answers = self._answers  # read once: a request belongs wholly to one policy
        outermost: object = environ.setdefault(MARK, self)
        if outermost is not self:
            answers.step_aside()
            return self.app(environ, start_response)
        key = environ.get("HTTP_ORIGIN")
        if key and environ["REQUEST_METHOD"] == "OPTIONS":
            key = preflight_key(environ)
        elif answers.same_for_all:
            key = None
        plan = answers.ready.get(key) or answers.plan(EnvironRequest(environ, self._own_origin), key)
        if plan is None:
            del environ[MARK]
            if answers.routed is None:
                return self.app(environ, start_response)
            write = self._when_routed(answers, environ)
        elif plan.status is None:
            write = plan.text
        else:
            start_response(plan.status_line, list(plan.pairs))
            return [plan.body] if plan.body and environ["REQUEST_METHOD"] != "HEAD" else []
        started = False

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            nonlocal started
            started = True
            return start_response(status, write(headers, answers), exc_info)

        try:
            body = self.app(environ, start)
            if not started:
                body = _Unstarted(body, start, environ, self.failed)
        except Exception as error:
            return self.failed(error, start, environ)
        return body

    def failed(self, error: Exception, start: StartResponse, environ: WSGIEnvironment) -> Iterator[bytes]:
        """Answer 500 with the plan's headers, so that the page can read it; then raise, so that the server sees it."""
        return failure(error, start, environ, _FAILURE)

    def _when_routed(self, answers: Answers, environ: WSGIEnvironment) -> Writer[str]:
        """Make the plan when the headers are there, for then the application has routed the request."""
        request = EnvironRequest(dict(environ), self._own_origin, environ)  # what is inside may change the path

        def write(headers: Sequence[tuple[str, str]], reporter: Reporter, /) -> list[tuple[str, str]]:
            further_in = environ.get(MARK, self) is not self
            plan = None if further_in else answers.routed_plan(request)
            if plan is None:
                return list(headers)
            environ[MARK] = self
            return plan.text(headers, reporter)

        return write

    def _answering(self, policy: object) -> Answers:
        return Answers(policy, observe=self._observe, own_origin=self._own_origin).check_synchronous()


def failure(error: Exception, start: StartResponse, environ: WSGIEnvironment, text: bytes) -> Iterator[bytes]:
    """Answer 500 with `text`, and return the body that raises `error` once that is sent.

    If headers have gone out already, `start` raises the error itself: https://peps.python.org/pep-3333/#error-handling
    """
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(text)))]
    exc_info: Any = (type(error), error, error.__traceback__)
    start("500 Internal Server Error", headers, exc_info)
    return _then_raise(error, b"" if environ["REQUEST_METHOD"] == "HEAD" else text)


def _then_raise(error: Exception, body: bytes) -> Iterator[bytes]:
    yield body
    raise error


class _Unstarted:
    """The body of an application that calls `start_response` only when it is iterated, as generators do."""

    def __init__(self, body: Iterable[bytes], start: StartResponse, environ: WSGIEnvironment, failed: _Failed) -> None:
        self._body, self._start, self._environ, self._failed = body, start, environ, failed
        self._chunks: Iterator[bytes] | None = None

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if self._chunks is not None:
            return next(self._chunks)
        try:
            self._chunks = iter(self._body)
            return next(self._chunks)
        except StopIteration:
            raise
        except Exception as error:
            self._chunks = self._failed(error, self._start, self._environ)
            return next(self._chunks)

    def close(self) -> None:
        """Close the application's body, once, as the server asks."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()
