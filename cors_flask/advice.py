"""Origins that count in development only, and what is said at the start about origins and cookies.

Decides about no request: it makes policies out of policies, and log lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from cors_core import Policy, Request, fetch, hosts
from cors_core.cookies import host_name, kept_home, local_credentials
from cors_core.entries import Entries
from cors_core.errors import Problems, mistake, shown
from cors_core.log import LOG
from cors_core.policy import OriginEntry
from cors_core.routing import NOBODY, Selectable, Selector, choices, choosing

if TYPE_CHECKING:
    from flask import Flask

_SAID: Final = "cors.said"
_JUDGED_BY_THE_POLICY: Final = ("null-origin", "backtracking-regex")


def checked(dev_origins: object) -> tuple[OriginEntry, ...]:
    """Return `dev_origins` as origin entries; raises `ConfigError` for what is none, whether or not they count."""
    problems = Problems()
    entries = Entries(problems, "dev_origins", dev_origins, _JUDGED_BY_THE_POLICY, secure=False)
    if entries.everyone:
        message = "'*' is for policies; name the origins of development, such as ['http://localhost:5173']"
        problems.add("wildcard-place", "dev_origins", fetch.WILDCARD, message)
    problems.check()
    return entries.listed


def extended(selectable: Selectable, dev_origins: Iterable[OriginEntry]) -> Selectable:
    """Return a policy, or a selector of policies, that lets `dev_origins` in as well.

    Raises `ConfigError` for what is wrong with them, and for a selector whose policies only it knows.
    """
    entries = checked(dev_origins)
    if selectable is None or not entries:
        return selectable
    if isinstance(selectable, Policy):
        return _joined(selectable, entries)
    return _extended_selector(selectable, entries)


def announce(app: Flask, dev_origins: Iterable[OriginEntry]) -> None:
    """Say that `dev_origins` count, if they do."""
    listed = ", ".join(map(_written, dev_origins))
    if app.debug and listed:
        _say(app, f"app.debug is on, so these dev_origins are let in: {listed}")


def warn_about(app: Flask, policies: Iterable[Policy], host: str) -> None:
    """Say what of `policies` will be regretted or will not work, each thing once.

    `host` is the name in a request's `Host`; `SERVER_NAME` goes before it.
    """
    for policy in policies:
        if not (app.debug or app.testing):
            _about_this_machine(app, policy)
        if app.secret_key:
            for sentence in _about_cookies(app, policy, host):
                _say(app, sentence)


def _joined(policy: Policy, entries: tuple[OriginEntry, ...]) -> Policy:
    """`policy` with more origins, which get credentials where some are listed; nobody stays nobody."""
    if policy is NOBODY:
        return policy
    changes: dict[str, Any] = {}
    if not policy.origins.everyone:
        changes["allow_origins"] = (*policy.allow_origins, *entries)
    if isinstance(policy.allow_credentials, tuple):
        texts = [entry for entry in entries if isinstance(entry, str)]  # the other kinds cannot be listed there
        changes["allow_credentials"] = (*policy.allow_credentials, *texts)
    return replace(policy, **changes)


def _extended_selector(selector: Selector, entries: tuple[OriginEntry, ...]) -> Selector:
    joined: dict[int, Policy] = {}  # by identity: a selector returns the very policies that it was made of
    for choice in choices(selector):
        if isinstance(choice, Policy):
            joined[id(choice)] = _joined(choice, entries)
        elif choice is not None and not hasattr(choice, "__cors_choices__"):
            message = (
                "only it knows its policies, so dev_origins cannot join them; write by_path({...}) or by_host({...}), "
                "or list the origins in its policies where app.debug is on"
            )
            raise mistake("wrong-type", "dev_origins", choice, message)

    def select(request: Request) -> Policy | None:
        policy = selector(request)
        return None if policy is None else joined.get(id(policy), policy)

    return choosing(select, joined.values())


def _about_this_machine(app: Flask, policy: Policy) -> None:
    local = local_credentials(policy)
    if local:
        _say(
            app,
            f"{', '.join(map(repr, local))} may read with credentials, and app.debug is off: whatever a visitor runs "
            f"there can act as your user; leave it out, or write CORS(app, ..., dev_origins={list(local)!r})",
        )


def _about_cookies(app: Flask, policy: Policy, host: str) -> Iterator[str]:
    host = app.config.get("SERVER_NAME") or host
    if _is_known(host):
        yield from kept_home(
            policy,
            host,
            samesite=app.config.get("SESSION_COOKIE_SAMESITE"),
            secure=bool(app.config.get("SESSION_COOKIE_SECURE")),
            domain=app.config.get("SESSION_COOKIE_DOMAIN") or None,
        )


def _is_known(host: str) -> bool:
    """Whether browsers may know the server by this name, which proxies and health checks do not always send on."""
    name = host_name(host) or ""
    return hosts.is_loopback(name) or ("." in name and not hosts.is_address(name))


def _written(entry: OriginEntry) -> str:
    return shown(entry if isinstance(entry, str) else getattr(entry, "pattern", entry))


def _say(app: Flask, sentence: str) -> None:
    """Log a sentence, the first time that there is reason to."""
    said: set[str] = app.extensions.setdefault(_SAID, set())
    if sentence not in said:
        said.add(sentence)
        LOG.warning("%s", sentence)
