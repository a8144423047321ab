"""What the simulated browser of `cors_core.testing` takes: it is there for tests, and should not slow them down."""

from __future__ import annotations

import statistics
import time

from cors_core.testing import Browser
from cors_core.wsgi import CORSMiddleware
from tests.benchmarks.cases import CASES
from tests.benchmarks.report import Section
from tests.benchmarks.stacks import wsgi_app


def run(quick: bool) -> Section:
    """Time a cross-origin PUT: two exchanges, the preflight and the request."""
    site = "https://api.example.com"
    case = CASES[0]
    page = Browser(CORSMiddleware(wsgi_app, case.policy), at=site).open(case.exact[0])
    taken = []
    for turn in range(40 if quick else 200):
        begin = time.thread_time_ns()
        page.fetch(f"{site}/items/{turn}", method="PUT", headers={"X-Request-Id": "1"})
        taken.append((time.thread_time_ns() - begin) / 1e6)
    sentence = f"A cross-origin PUT with its preflight takes {statistics.median(taken):.2f} ms (median).\n"
    return Section("The simulated browser of `cors_core.testing`", sentence)
