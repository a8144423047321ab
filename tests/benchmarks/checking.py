"""Whether an answer is right, before anybody asks how long it took."""

from __future__ import annotations

from tests.benchmarks.cases import Case
from tests.benchmarks.stacks import Answer


def faults(case: Case, kind: str, asked: dict[str, str], answer: Answer) -> list[str]:
    """Return what is wrong with an answer, in words that fit beside a number."""
    found = []
    origin, allowed = asked.get("Origin"), answer.values("access-control-allow-origin")
    if kind.endswith("refused"):
        if allowed:
            found.append("the refused origin is allowed")
        if "access-control-allow-credentials" in dict(answer.headers):
            found.append("Allow-Credentials for a refused origin")
    elif origin or case.everyone:
        found += _missing(case, kind, allowed, origin, answer)
    if not kind.startswith("preflight"):  # HTTP lets nobody keep the answer to OPTIONS
        if not case.everyone and not {"origin", "*"} & set(answer.values("vary")):
            found.append("no Vary")
        if answer.status != 200:
            found.append(f"status {answer.status}")
    return found


def _missing(case: Case, kind: str, allowed: list[str], origin: str | None, answer: Answer) -> list[str]:
    """What an allowed origin should have been told, and was not."""
    found = []
    if allowed not in ([origin], ["*"] if case.everyone else [origin]):
        found.append("no Allow-Origin" + ("" if origin else ", which caches keep for everybody"))
    if case.credentials and answer.values("access-control-allow-credentials") != ["true"]:
        found.append("no Allow-Credentials")
    if kind.startswith("preflight"):
        found += _wrong_lists(kind, answer)
    return found


def _wrong_lists(kind: str, answer: Answer) -> list[str]:
    methods = answer.values("access-control-allow-methods")
    headers = answer.values("access-control-allow-headers")
    found = []
    if kind == "preflight" and not (200 <= answer.status < 300 and "put" in methods and "x-request-id" in headers):
        found.append("the preflight fails")
    if kind == "preflight, bad method" and "delete" in methods:
        found.append("the bad method is allowed")
    if kind == "preflight, bad header" and "x-other" in headers:
        found.append("the bad header is allowed")
    return found
