"""The shorthand in which the cases are written."""

from __future__ import annotations

from typing import Any

from tests.engines.cases import Answer, Case, Hop, Lines, Step

ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = "Access-Control-Allow-Credentials"
METHODS = "Access-Control-Allow-Methods"
HEADERS = "Access-Control-Allow-Headers"
EXPOSE = "Access-Control-Expose-Headers"
AGE = "Access-Control-Max-Age"

Value = str | tuple[str, ...] | None
ECHO: Lines = ((ORIGIN, "{origin}"),)
ECHO_CREDENTIALS: Lines = (*ECHO, (CREDENTIALS, "true"))
ECHO_ALL: Lines = (*ECHO_CREDENTIALS, (METHODS, "{method}"), (HEADERS, "{names}"))
PLAIN = Answer()
GRANTED = Answer(headers=ECHO_CREDENTIALS)
PERMITTED = Answer(204, ECHO_ALL)

GET = Step()
GET_CREDENTIALS = Step(credentials="include")
PUT = Step("PUT", body="x")
PUT_CREDENTIALS = Step("PUT", body="x", credentials="include")
POST = Step("POST", body="x")
POST_JSON = Step("POST", body="{}", body_type="application/json")


def lines(name: str, value: Value) -> Lines:
    """A header on one line, on several, or on none."""
    values = () if value is None else (value,) if isinstance(value, str) else value
    return tuple((name, text) for text in values)


def get(*headers: tuple[str, str], **more: Any) -> Step:
    return Step(headers=headers, **more)


def raw(
    name: str,
    *steps: Step,
    answer: Answer = GRANTED,
    preflight: Answer = PERMITTED,
    page: str = "page",
    at: str = "api",
) -> Case:
    """A case with one resource, which our middleware leaves alone."""
    return Case(name, steps, (Hop(answer, preflight, at),), page)


def behind(policy: str, name: str, *steps: Step, page: str = "page", answer: Answer = PLAIN) -> Case:
    """A case with one resource behind our middleware."""
    return Case(f"{policy}-{name}", steps, (Hop(answer, policy=policy),), page)
