"""Hops two to four of every request, once for all adapters: select, ask, decide; and tell who wants to know.

An adapter holds one `Answers`, hands it requests, and carries out the plans. Swapping it for another
is how a policy is replaced under load.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable
from inspect import iscoroutinefunction
from typing import Any, Final

from cors_core.engine import decide
from cors_core.errors import Problems, mistake, shown
from cors_core.log import LOG, Bounded, Throttle
from cors_core.origins import ASK, REFUSED, Verdict, parse_origin
from cors_core.plan import Outcome, Plan
from cors_core.policy import Policy, PolicyFields
from cors_core.refusals import RefusalLog
from cors_core.request import LONGEST_KEPT, UNKEPT, Request
from cors_core.routing import NOBODY, as_selector, choices

MARK: Final = "cors_core.outermost"
"""Where the outermost adapter leaves itself (in the environ, the scope) on requests that it applies a policy to."""

Observer = Callable[[Request, Plan], object]
Decide = Callable[[Policy, Request, Verdict], Plan]
KEPT: Final = 4096
"""Finished plans kept per adapter; the next one starts the table afresh."""


def policy_from(policy: object, fields: PolicyFields) -> object:
    """Return the policy or selector that an adapter was given, or the policy that its keywords describe.

    Raises `ConfigError` for both together, since it would be a guess which one counts.
    """
    if policy is None:
        return Policy(**fields)
    problems = Problems()
    for name, value in fields.items():
        problems.add(
            "two-policies", name, value, "is given beside a policy; write it into the policy: replace(policy, ...)"
        )
    problems.check()
    return policy


class Answers:
    """The answers of one policy, or of one selector, to the requests of one adapter."""

    def __init__(self, policy: object, *, observe: Observer | None = None, own_origin: str | None = None) -> None:
        if own_origin is not None and (not isinstance(own_origin, str) or parse_origin(own_origin) is None):
            message = "is no origin; write one such as 'https://api.example.com'"
            raise mistake("not-an-origin", "own_origin", own_origin, message)
        if observe is not None and not callable(observe):
            raise mistake("wrong-type", "observe", observe, "write a function of a request and a plan")
        selector = as_selector(policy)
        self.policy = selector if isinstance(selector, Policy) else None
        self.selector: Any = selector
        self.own_origin = own_origin
        self.ready: Bounded[Hashable, Plan] = Bounded(KEPT)
        """Plans that need no thought, by what the adapter reads: filled only where nobody wants to hear of requests."""
        self._keeps = self.policy is not None and observe is None
        self.same_for_all = self.policy is not None and self.policy.plans.same_for_all
        """Whether an actual request is answered alike whatever its `Origin`, which then is no key."""
        self.routed: Callable[[Request], Policy | None] | None = getattr(selector, "routed", None)
        """What to ask where the selector said None, once the application has routed the request."""
        self._observe = observe
        self._refusals = RefusalLog()
        self._said = Throttle(interval=float("inf"))
        self._failures = Throttle()

    @property
    def asynchronous(self) -> str | None:
        """What must be awaited, in words, if anything must."""
        for choice in choices(self.selector):
            if isinstance(choice, Policy):
                if any(map(_is_async, choice.origins.predicates)):
                    return "a predicate of allow_origins"
            elif _is_async(choice):
                return "a selector"
        return None

    def check_synchronous(self) -> Answers:
        """Return these answers; raises `ConfigError` if something in them must be awaited."""
        what = self.asynchronous
        if what is not None:
            message = f"{what} is asynchronous and WSGI cannot await it; write a plain function"
            raise mistake("asynchronous", "policy", self.policy or self.selector, message)
        return self

    def plan(self, request: Request, key: Hashable = UNKEPT) -> Plan | None:
        """Return the plan for `request`, or None if no policy applies; `key` is what it may be kept under."""
        policy = self.policy or self._select(self.selector, request)
        return None if policy is None else self._decided(policy, request, key)

    def routed_plan(self, request: Request) -> Plan | None:
        """Return the plan for a request that the application has routed; None if no policy applies even so."""
        policy = self.policy or self._select(self.routed or self.selector, request)
        return None if policy is None else _too_late(policy, self._decided(policy, request, UNKEPT))

    async def plan_async(self, request: Request, key: Hashable = UNKEPT, decide: Decide = decide) -> Plan | None:
        """Return the plan for `request`, awaiting selectors and predicates that are asynchronous; see `plan`."""
        policy = self.policy or await self._select_async(self.selector, request)
        return None if policy is None else await self._decided_async(policy, request, key, decide)

    async def routed_plan_async(self, request: Request) -> Plan | None:
        """Return the plan for a request that the application has routed; see `routed_plan` and `plan_async`."""
        policy = self.policy or await self._select_async(self.routed or self.selector, request)
        return None if policy is None else _too_late(policy, await self._decided_async(policy, request, UNKEPT, decide))

    def conflict(self, name: str) -> None:
        """Say, once per header name, that the application sets a header that the policy owns."""
        self.say_once(
            f"the application sets {shown(name, 60)} itself; the policy's value replaces it. "
            "Two owners of one header are the commonest CORS bug: give the path a policy of its own instead"
        )

    def step_aside(self) -> None:
        """Say, once, that a middleware further out has applied a policy already."""
        self.say_once(
            "CORS is installed twice; the outer middleware answers and this one steps aside. Remove one of them"
        )

    def say_once(self, sentence: str) -> None:
        """Log a sentence at WARNING, the first time that there is reason to."""
        if self._said.admits(sentence):
            LOG.warning("%s", sentence)

    def _select(self, selector: Any, request: Request) -> Policy | None:
        try:
            return _selected(selector(request))
        except Exception:
            return self._selector_failed()

    def _decided(self, policy: Policy, request: Request, key: Hashable) -> Plan:
        origin = request.origin
        verdict = policy.origins.verdict(origin) if origin else REFUSED
        if verdict is ASK:
            verdict, key = policy.origins.ask(origin or ""), UNKEPT
        return self._told(policy, request, decide(policy, request, verdict), key)

    async def _select_async(self, selector: Any, request: Request) -> Policy | None:
        try:
            selected = selector(request)
            return _selected(await selected if isinstance(selected, Awaitable) else selected)
        except Exception:
            return self._selector_failed()

    async def _decided_async(self, policy: Policy, request: Request, key: Hashable, decide: Decide) -> Plan:
        origin = request.origin
        verdict = policy.origins.verdict(origin) if origin else REFUSED
        if verdict is ASK:
            verdict, key = await policy.origins.ask_async(origin or ""), UNKEPT
        return self._told(policy, request, decide(policy, request, verdict), key)

    def _told(self, policy: Policy, request: Request, plan: Plan, key: Hashable) -> Plan:
        """Return the plan, after telling whoever wants to know, and keeping it if it will do again."""
        if plan.refuses:
            self._refusals.note(policy, request, plan.outcome)
        elif key is not UNKEPT and self._keeps and plan.outcome is not Outcome.SAME_ORIGIN and _is_short(request):
            self.ready.keep(key, plan)
        if self._observe is not None:
            try:
                self._observe(request, plan)
            except Exception:
                self._log_failure("an observer raised; the request goes on")
        return plan

    def _selector_failed(self) -> Policy:
        self._log_failure("a selector raised, so the request is answered as if nobody were allowed")
        return NOBODY

    def _log_failure(self, sentence: str) -> None:
        """Log the exception at hand, once a minute: the code that raised it may do so for every request."""
        if self._failures.admits(sentence):
            LOG.exception("%s (further failures are not logged for a minute)", sentence)


def _too_late(policy: Policy, plan: Plan) -> Plan:
    """`plan`, or a refusal where it would answer a request that the application has answered by now."""
    return plan if plan.status is None else policy.plans.refused


def _is_short(request: Request) -> bool:
    """Whether it is fit to be remembered; a client chooses these texts, and could make them long."""
    texts = (request.origin, request.requested_method, request.requested_headers, request.requested_private_network)
    return sum(len(text) for text in texts if text) <= LONGEST_KEPT


def _selected(policy: Any) -> Policy | None:
    if policy is not None and not isinstance(policy, Policy):
        getattr(policy, "close", lambda: None)()
        raise TypeError(f"a selector returns a Policy or None, not {type(policy).__name__}")
    return policy


def _is_async(function: object) -> bool:
    return iscoroutinefunction(function) or iscoroutinefunction(getattr(function, "__call__", None))  # noqa: B004
