"""A case in an engine, and the same case in the model: what the page was given, and what reached the site."""

from __future__ import annotations

import http.client
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cors_core.browser import (
    FetchTypeError,
    Incoming,
    Init,
    Origin,
    Outgoing,
    Profile,
    Response,
    UserAgent,
    elements,
    parse_page,
)
from tests.engines.browsers import browsing
from tests.engines.cases import Case, Observation, Outcome, Step
from tests.engines.mailbox import Correspondent, call
from tests.engines.matrix import CASES
from tests.engines.places import OPAQUE, Places

RUNNER = Path(__file__).with_name("runner.js").read_text()
TOGETHER = {"waiting": 32, "long": 4, "short": 16}
"""How many cases of each pace are played at once. Firefox keeps a hundred preflights: while a case goes from
step to step, too many others would push its own out.
"""
WARM_UP = 3
"""Rounds of redirects across origins, before anything counts: Firefox loses the preflights of its first two."""
WARMING = CASES["cache-redirect-third-twice"]
PATIENCE = 120.0  # seconds for one batch
TEXT = "text/plain;charset=UTF-8"


def in_engine(engine: str, cases: Iterable[Case], places: Places) -> dict[str, Observation]:
    """Run cases in a real browser, page by page."""
    pages: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        pages[case.page].append(case)
    outcomes: dict[str, list[dict[str, Any]]] = {}
    with browsing(engine, places.origin("page"), places.ports[0]) as browser:
        for page, mine in pages.items():
            browser.open(places.origin("page" if page in OPAQUE else page))
            for turn in range(WARM_UP):
                play(browser, f"{engine}-{turn}", page, [WARMING], places, 1)
            for pace, together in TOGETHER.items():
                batch = [case for case in mine if case.pace == pace]
                outcomes |= play(browser, engine, page, batch, places, together)
    requests = logged(places, engine)
    return {
        name: Observation(tuple(str(Outcome(**told)) for told in outcome), tuple(requests.get(name, ())))
        for name, outcome in outcomes.items()
    }


def play(browser: Correspondent, client: str, page: str, cases: list[Case], places: Places, together: int) -> Any:
    """Run cases in the page that the browser is at, or in a frame of it."""
    told = [{"id": case.id, "steps": [spoken(case, step, places, client) for step in case.steps]} for case in cases]
    script = f"play({json.dumps(told)}, {together})"
    if page not in OPAQUE:
        return browser.run(f"{RUNNER}\nreturn {script};", PATIENCE)
    code = f"{RUNNER}\n{script}.then((told) => parent.postMessage(told, '*'));".replace("</", "<\\/")
    return browser.run(f"{RUNNER}\nreturn frame({json.dumps(page)}, {json.dumps(code)});", PATIENCE)


def spoken(case: Case, step: Step, places: Places, client: str) -> dict[str, Any]:
    """A step, as the runner takes it."""
    init = {
        "method": step.method,
        "headers": step.headers,
        "credentials": step.credentials,
        "mode": step.mode,
        "redirect": step.redirect,
        "referrerPolicy": step.referrer_policy,
    }
    more = {"body": step.body, "type": step.body_type, "crossorigin": step.crossorigin}
    given = {name: value for name, value in more.items() if value is not None}
    url = case.asked(places, client, step)
    return {"kind": step.kind, "url": url, "wait": step.wait, "init": init, **given}


def logged(places: Places, client: str) -> dict[str, list[str]]:
    """What reached the site, by case."""
    log: dict[str, list[str]] = json.loads(call(places.ports[0], "GET", f"/log/{client}")[1])
    return log


def in_model(profile: Profile, cases: Iterable[Case], places: Places) -> dict[str, Observation]:
    """Run the same cases in the model, against the same site."""
    client = f"model-{profile.name}"
    outcomes = {case.id: tuple(simulated(case, profile, places, client)) for case in cases}
    requests = logged(places, client)
    return {name: Observation(told, tuple(requests.get(name, ()))) for name, told in outcomes.items()}


def simulated(case: Case, profile: Profile, places: Places, client: str) -> Iterable[str]:
    now = 0.0
    agent = UserAgent(Wire(), profile=profile, clock=lambda: now, same_site=same_site)
    page = parse_page(places.origin(case.page))
    for step in case.steps:
        now += step.wait
        try:
            result = agent.fetch(case.asked(places, client, step), asked(step), page=page)
        except FetchTypeError:
            yield str(Outcome(error=True))
        else:
            yield str(outcome(step, result.response))


def outcome(step: Step, response: Response | None) -> Outcome:
    """What the page can tell; of a beacon, nothing."""
    if step.kind == "beacon":
        return Outcome()
    if response is None:
        return Outcome(error=True)
    told = Outcome(status=response.status, headers=[name for name, _ in response.headers])
    if step.kind == "fetch":
        return replace(told, type=response.type, redirected=response.redirected)
    return told if step.kind == "upload" else Outcome()


def asked(step: Step) -> Init:
    """The fetch that a step leads to."""
    body = None if step.body is None else step.body.encode()
    body_type = None if body is None else step.body_type or TEXT
    include = step.credentials == "include"
    match step.kind:
        case "upload":
            return elements.xhr(
                step.method, step.headers, body, body_type, with_credentials=include, upload_listeners=True
            )
        case "events":
            return elements.event_source(with_credentials=include)
        case "image" | "script":
            return elements.image(step.crossorigin)
        case "module":
            return elements.module_script(step.crossorigin)
        case "beacon":
            return elements.beacon(body, body_type)
    return Init(
        step.method,
        step.headers,
        body,
        body_type,
        mode=step.mode,
        credentials=step.credentials,
        redirect=step.redirect,
        referrer_policy=step.referrer_policy,
    )


def same_site(page: Origin, other: Origin) -> bool:
    """Whether both are of one site, which here is the host's name; ports are of no account."""
    return page.host == other.host and not page.opaque


class Wire:
    """An exchange over real connections, with a cookie jar for one case."""

    def __init__(self) -> None:
        self.cookies: dict[str, str] = {}

    def __call__(self, outgoing: Outgoing) -> Incoming:
        target = urlsplit(outgoing.url)
        host = target.hostname or ""
        connection = http.client.HTTPConnection("127.0.0.1", target.port, timeout=10)
        try:
            connection.putrequest(outgoing.method, outgoing.url.split(target.netloc, 1)[1], skip_host=True)
            connection.putheader("Host", f"{host}:{target.port}")
            for name in dict.fromkeys(name.lower() for name, _ in outgoing.headers):
                connection.putheader(name, outgoing.header(name))  # on one line, as browsers do
            if outgoing.credentials and host in self.cookies:
                connection.putheader("Cookie", self.cookies[host])
            if outgoing.body:
                connection.putheader("Content-Length", str(len(outgoing.body)))
            connection.endheaders(outgoing.body or None)
            response = connection.getresponse()
            incoming = Incoming(response.status, tuple(response.getheaders()), response.read())
        finally:
            connection.close()
        if outgoing.credentials and (cookie := incoming.header("Set-Cookie")):
            self.cookies[host] = cookie
        return incoming
