"""`CSRF_TRUSTED_ORIGINS`, from the policies: a page that sends cookies across origins needs both.

    CORS_POLICY = Policy(allow_origins=["https://app.example.com"], allow_credentials=True)
    CSRF_TRUSTED_ORIGINS = csrf_trusted_origins(CORS_POLICY)

Knows nothing of Django's settings, for they are being written when it is called.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from cors_core import Policy, fetch
from cors_core.errors import shown
from cors_core.origins import OriginPattern, parse_entry
from cors_core.policy import OriginEntry
from cors_core.routing import as_selector, choices


class CSRFWarning(UserWarning):
    """Issued for what `CSRF_TRUSTED_ORIGINS` cannot say, or says more broadly than the policy."""


def csrf_trusted_origins(*policies: Policy | Mapping[str, Any] | Callable[..., Any]) -> list[str]:
    """Return the origins that get credentials, as `CSRF_TRUSTED_ORIGINS` spells them; warn of those that it cannot.

    Takes policies, mappings of paths and selectors. Raises `ConfigError` for what is none of them.
    """
    found = [each for policy in policies for each in choices(as_selector(policy))]
    entries = list(dict.fromkeys(entry for each in found if isinstance(each, Policy) for entry in _credentialed(each)))
    trusted = [entry for entry in entries if isinstance(entry, str) and not entry.endswith(":*")]
    for sentence in (*_opaque(found), *_left_out(entries), *_apexes(trusted)):
        warnings.warn(sentence, CSRFWarning, stacklevel=2)
    return trusted


def _credentialed(policy: Policy) -> Iterable[OriginEntry]:
    """The entries of a policy that get credentials."""
    granted = policy.allow_credentials
    return policy.allow_origins if granted is True else granted or ()


def _opaque(found: Iterable[object]) -> Iterator[str]:
    """A sentence for each selector that cannot be looked into."""
    for each in found:
        if not isinstance(each, Policy) and callable(each) and [*choices(each)] == [each]:
            yield f"{shown(each)} decides as it runs, so its origins are not known here; pass its policies, too"


def _left_out(entries: Iterable[OriginEntry]) -> Iterator[str]:
    """A sentence for each entry that Django has no spelling for: it knows whole origins and leading wildcards."""
    for entry in entries:
        if isinstance(entry, re.Pattern):
            yield f"CSRF_TRUSTED_ORIGINS cannot say {shown(entry.pattern)}, a regular expression; add the origins it is for"
        elif not isinstance(entry, str):
            yield f"CSRF_TRUSTED_ORIGINS cannot say {shown(entry)}, a predicate; add the origins it is for"
        elif entry.endswith(":*"):
            example = f"{entry.removesuffix(':*')}:8000"
            yield f"CSRF_TRUSTED_ORIGINS cannot say {entry!r}, for any port; add the ports in use, such as {example!r}"


def _apexes(trusted: list[str]) -> Iterator[str]:
    """A sentence for each wildcard by which Django trusts the domain itself, which the policies do not."""
    for entry in trusted:
        pattern = parse_entry(entry)
        apex = entry.replace(f"://{fetch.WILDCARD}.", "://", 1)
        if isinstance(pattern, OriginPattern) and apex not in trusted:
            yield f"CSRF_TRUSTED_ORIGINS takes {entry!r} for {apex!r}, too, which the policy gives no credentials"
