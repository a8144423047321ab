"""Plans and Django's responses: carrying one out, or answering with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse

if TYPE_CHECKING:
    from django.http.response import HttpResponseBase

    from cors_core.headers import Reporter
    from cors_core.plan import Plan


def carry_out(plan: Plan, response: HttpResponseBase, reporter: Reporter) -> HttpResponseBase:
    """Return `response` with the plan's headers; what is neither the plan's nor `Vary` is left as it is."""
    theirs = list(response.items())
    planned = plan.text(theirs, reporter)
    if planned[: len(theirs)] == theirs:  # as with nearly every response
        planned = planned[len(theirs) :]
    else:
        for name, _ in set(theirs).difference(planned):
            del response[name]
    for name, value in planned:
        response[name] = value
    return response


def answered(plan: Plan, method: str | None) -> HttpResponse:
    """Return the response to give at once."""
    response = HttpResponse(plan.body if method != "HEAD" else b"", status=plan.status)
    del response["Content-Type"]
    response._has_been_logged = True  # by us, with the reason; Django would say "Forbidden" of a refused preflight
    for name, value in plan.pairs:
        response[name] = value
    return response
