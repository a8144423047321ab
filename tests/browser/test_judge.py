"""The browser judges the engine: for any policy and any page, it delivers what the plans say, and nothing else."""

from __future__ import annotations

from typing import Any, NamedTuple

from hypothesis import event, given, settings
from hypothesis import strategies as st

from cors_core import Outcome, Plan, Policy, fetch
from cors_core.browser import Init, Result, UserAgent, parse_page
from cors_core.wsgi import CORSMiddleware
from tests.browser.wire import over_wsgi
from tests.test_properties import HEADER, METHOD, POLICIES, origins_of

HOSTS = ("https://one.resource.example", "https://two.resource.example", "http://one.resource.example:8080")
"""What pages fetch from. None of them is a page: a page is at home with itself, where CORS has no say."""
SAFELISTED = {"cache-control", "content-type", "last-modified", "expires"}
UNLISTED = {"x-unlisted", "server", "date"}


class Visit(NamedTuple):
    """A page, what it asks, and by which redirects the answer is reached."""

    policy: Policy
    page: str
    init: Init
    hops: tuple[str, ...]
    statuses: tuple[int, ...]


class Resource:
    """An application behind the middleware, on each of `HOSTS`; it redirects along the hops, and then answers."""

    def __init__(self, visit: Visit) -> None:
        self.visit = visit
        self.plans: list[Plan] = []
        guarded = CORSMiddleware(self.app, visit.policy, observe=lambda request, plan: self.plans.append(plan))
        self.exchange = over_wsgi(guarded)

    def app(self, environ: Any, start_response: Any) -> list[bytes]:
        hop = int(environ["PATH_INFO"].strip("/"))
        if hop + 1 < len(self.visit.hops):
            location = f"{self.visit.hops[hop + 1]}/{hop + 1}"
            start_response(f"{self.visit.statuses[hop]} Elsewhere", [("Location", location)])
            return []
        exposable = {name.lower() for name in self.visit.policy.expose_headers} - {"*"}
        names = sorted(SAFELISTED | UNLISTED | exposable | {"set-cookie"})
        start_response("200 OK", [(name, "v") for name in names])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else b"body"]

    def visited(self) -> Result:
        visit = self.visit
        return UserAgent(self.exchange).fetch(f"{visit.hops[0]}/0", visit.init, page=parse_page(visit.page))


@st.composite
def visits(draw: st.DrawFn) -> Visit:
    policy = draw(POLICIES)
    # Only what a URL makes is an origin of a page: a browser sends no origin that it has not serialised itself.
    pages = [origin for origin in origins_of(policy) if origin == serialised(origin) and origin not in HOSTS]
    friends = [origin for origin in pages if policy.allows(origin)]
    allowed = draw(st.booleans()) and friends
    methods = ["GET", "POST", *(name for name in policy.allow_methods if name != "*")]
    names = ["Content-Type", "x-amz-a", *(name for name in policy.header_names)]
    # What no page can ask for raises before anything is sent (test_requests), and so tells nothing of the engine.
    method = draw(st.sampled_from(methods) | METHOD.filter(lambda name: not fetch.is_forbidden_method(name)))
    headers = draw(st.lists(st.sampled_from(names) | HEADER, max_size=3))
    init = Init(
        method,
        tuple((name, "application/json") for name in headers),
        body=None if method.upper() in ("GET", "HEAD") else draw(st.sampled_from([None, b"{}"])),
        credentials=draw(st.sampled_from(["omit", "same-origin", "include", "include"])),
        upload_listeners=draw(st.booleans()),
    )
    hops = draw(st.lists(st.sampled_from(HOSTS), min_size=1, max_size=3))
    statuses = draw(st.tuples(*[st.sampled_from([301, 302, 303, 307, 308])] * 2))
    return Visit(policy, draw(st.sampled_from(friends if allowed else pages)), init, tuple(hops), statuses)


def serialised(origin: str) -> str | None:
    try:
        return str(parse_page(origin))
    except ValueError:
        return None


def grants(plan: Plan, init: Init) -> bool:
    """Whether a plan lets the page in, as the engine means it."""
    credentialed = ("Access-Control-Allow-Credentials", "true") in plan.headers
    return plan.outcome is Outcome.ALLOWED and (credentialed or init.credentials != "include")


JUDGE = settings(max_examples=settings.default.max_examples * 2)


@JUDGE
@given(visits())
def test_the_browser_delivers_what_the_engine_allows_and_nothing_else(visit: Visit) -> None:
    resource = Resource(visit)
    result = resource.visited()
    assert resource.plans
    # A browser stops at the first refusal, so that only the last plan can refuse.
    assert all(grants(plan, visit.init) for plan in resource.plans[:-1])
    assert result.delivered == grants(resource.plans[-1], visit.init), result.failure
    event("delivered" if result.delivered else f"refused: {resource.plans[-1].outcome.value}")


@JUDGE
@given(visits())
def test_the_page_reads_what_the_policy_exposes_and_nothing_else(visit: Visit) -> None:
    result = Resource(visit).visited()
    if result.response is None:
        return
    read = {name.lower() for name, _ in result.response.headers}
    exposed = {name.lower() for name in visit.policy.expose_headers}
    if "*" in exposed:  # such a policy grants no credentials, or it would not build
        assert read >= SAFELISTED | UNLISTED
    else:
        assert read == SAFELISTED | exposed
    assert "set-cookie" not in read


@JUDGE
@given(visits())
def test_the_engine_takes_for_preflights_what_the_browser_sends_as_such(visit: Visit) -> None:
    resource = Resource(visit)
    kinds = [outgoing.kind for outgoing, _ in resource.visited().exchanges]
    # A blocked request is answered by the engine as well, and is none.
    answered = [plan.status is not None and plan.outcome is not Outcome.BLOCKED for plan in resource.plans]
    assert [kind == "preflight" for kind in kinds] == answered
