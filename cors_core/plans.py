"""The plans of one policy: what each outcome sends, prepared when the policy is built.

Decides nothing; `engine` picks. Fetch says what the headers mean:
https://fetch.spec.whatwg.org/#http-responses
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cors_core import fetch
from cors_core.log import Bounded
from cors_core.plan import Outcome, Plan

if TYPE_CHECKING:
    from cors_core.policy import Policy

KEPT: Final = 4096
"""Plans kept per policy for origins that were allowed, and a quarter as many for preflights; any more are built anew."""
LONGEST_KEPT: Final = 1024  # characters of header names under which a preflight's plan is kept

_EMPTY: Final = (("Content-Length", "0"),)
_JSON: Final = (("Content-Type", "application/json"),)
_BLOCKED: Final = b'{"error": "CORS_NOT_ALLOWED", "message": "This origin may not send such a request."}\n'
_ASKED: Final = (fetch.REQUEST_METHOD, fetch.REQUEST_HEADERS)


class Plans:
    """Every plan that a policy can lead to, most of them ready-made."""

    def __init__(self, policy: Policy) -> None:
        origins = policy.origins
        #: Whether one answer serves everybody: then it is `*`, on every response, and no `Vary`.
        self.same_for_all = origins.everyone and origins.credentialed is False
        self._everyone = origins.everyone
        self._policy = policy
        self._allowed: Bounded[tuple[str, bool], Plan] = Bounded(KEPT)
        self._preflights: Bounded[tuple[object, ...], Plan] = Bounded(KEPT // 4)
        self._vary = () if self.same_for_all else (fetch.ORIGIN,)
        expose = _list(fetch.EXPOSE_HEADERS, policy.expose_headers)
        credentials = ((fetch.ALLOW_CREDENTIALS, "true"),)
        self._tails = {False: expose, True: credentials + expose}
        self._heads = {False: (), True: credentials}
        public = Plan(Outcome.ALLOWED, ((fetch.ALLOW_ORIGIN, fetch.WILDCARD), *expose), self._vary)
        self._public = public if self._everyone else None

        self.not_cors = Plan(Outcome.NOT_CORS, public.headers if self._everyone else (), self._vary)
        self.refused = Plan(Outcome.ORIGIN_REFUSED, vary=self._vary)
        self.same_origin = Plan(Outcome.SAME_ORIGIN, vary=self._vary)
        judged = (*self._vary, fetch.SEC_FETCH_SITE)
        self.blocked = Plan(
            Outcome.BLOCKED, (*_JSON, ("Content-Length", str(len(_BLOCKED)))), judged, status=403, body=_BLOCKED
        )
        self.same_origin_judged = Plan(Outcome.SAME_ORIGIN, vary=judged)
        self.preflight_refused = Plan(Outcome.ORIGIN_REFUSED, _EMPTY, self._vary, status=403)
        self._lists = {credentialed: _Lists(policy, credentialed) for credentialed in (False, True)}

    def allowed(self, origin: str, credentialed: bool) -> Plan:
        """The plan for an actual request of an allowed origin."""
        if not credentialed and self._public is not None:
            return self._public
        key = (origin, credentialed)
        return self._allowed.get(key) or self._allowed.keep(
            key, Plan(Outcome.ALLOWED, ((fetch.ALLOW_ORIGIN, origin), *self._tails[credentialed]), self._vary)
        )

    def preflight(
        self,
        origin: str,
        credentialed: bool,
        outcome: Outcome,
        method: str | None,
        names: tuple[str, ...],
        private_network: bool,
    ) -> Plan:
        """The plan for a preflight of an allowed origin: the full lists, and what may be added to them.

        `method` and `names` are what was asked for and is permitted; they count where the lists answer
        the question, not only the policy.
        """
        lists = self._lists[credentialed]
        allowed = fetch.WILDCARD if self._everyone and not credentialed else origin
        listed = lists.headers_for(names)
        key = (allowed, credentialed, outcome, lists.methods_for(method), listed, private_network)
        plan = self._preflights.get(key)
        if plan is None:
            plan = self._preflight(*key)
            if not names or len(listed) <= LONGEST_KEPT:  # a client may have chosen some of the names
                self._preflights.keep(key, plan)
        return plan

    def _preflight(
        self, allowed: str, credentialed: bool, outcome: Outcome, methods: str, listed: str, private_network: bool
    ) -> Plan:
        policy = self._policy
        headers = [
            (fetch.ALLOW_ORIGIN, allowed),
            *self._heads[credentialed],
            (fetch.ALLOW_METHODS, methods),
            (fetch.ALLOW_HEADERS, listed),
        ]
        vary = [*self._vary, *self._lists[credentialed].vary]
        if policy.max_age is not None:
            headers.append((fetch.MAX_AGE, str(policy.max_age)))
        if policy.allow_private_network:
            vary += [*_ASKED, fetch.REQUEST_PRIVATE_NETWORK]
            if private_network:
                headers.append((fetch.ALLOW_PRIVATE_NETWORK, "true"))
        if policy.shared_max_age is not None:
            vary = [fetch.ORIGIN, *_ASKED, *vary]
            headers.append(("Cache-Control", f"public, s-maxage={policy.shared_max_age}"))
        if policy.preflight_status != 204:
            headers += _EMPTY
        return Plan(outcome, tuple(headers), fetch.distinct(vary), status=policy.preflight_status)


class _Lists:
    """The lists of methods and headers that a preflight is answered with, for one kind of origin."""

    def __init__(self, policy: Policy, credentialed: bool) -> None:
        any_method = fetch.WILDCARD in policy.allow_methods
        any_header = fetch.WILDCARD in policy.allow_headers
        # With credentials `*` is only the name of a method or a header: https://fetch.spec.whatwg.org/#http-new-header-syntax
        self._mirrors_method = credentialed and any_method
        mirrors_headers = (credentialed and any_header) or (policy.header_prefixes and not any_header)
        if any_method:
            self._methods: tuple[str, ...] = fetch.COMMON_METHODS if credentialed else (fetch.WILDCARD,)
        else:
            self._methods = tuple(dict.fromkeys((*policy.allow_methods, *fetch.SAFELISTED_METHODS)))
        if any_header and not credentialed:
            self._headers: tuple[str, ...] = (fetch.WILDCARD, "authorization")
        else:
            self._headers = policy.header_names
        self._known = frozenset(name.lower() for name in self._headers)
        self._all_methods, self._all_headers = ", ".join(self._methods), ", ".join(self._headers)
        self._mirrors_headers = bool(mirrors_headers)
        self.vary = (fetch.REQUEST_METHOD,) * self._mirrors_method + (fetch.REQUEST_HEADERS,) * self._mirrors_headers

    def methods_for(self, method: str | None) -> str:
        asked = self._mirrors_method and method is not None and method not in self._methods
        return f"{self._all_methods}, {method}" if asked else self._all_methods

    def headers_for(self, names: tuple[str, ...]) -> str:
        asked = [name for name in names if name not in self._known] if self._mirrors_headers else ()
        return ", ".join((*self._headers, *asked)) if asked else self._all_headers


def _list(name: str, values: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return ((name, ", ".join(values)),) if values else ()
