"""The standard and three engines: what differs between them, as switches, each with its evidence.

Measured in Chromium 156, Firefox 153 ESR and WebKitGTK 2.50. Where a switch is not set, all agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Profile:
    """How one user agent reads the standard; the defaults are the standard itself."""

    name: str = "standard"

    authorization_covered_by_star: bool = False
    """`*` in Access-Control-Allow-Headers covers Authorization: all engines, against whatwg/fetch#1919."""
    negative_max_age_is_zero: bool = False
    """`-1` turns caching off; to the standard it is no number and means five seconds. All engines."""
    plus_sign_in_max_age: bool = False
    """`+10` is ten: Chromium and WebKit."""
    number_prefix_in_max_age: bool = False
    """The digits that a value begins with count: WebKit."""
    garbage_max_age: int = 5
    """Seconds for a Max-Age that is no number; Firefox keeps nothing."""
    max_age_limit: int | None = None
    """Seconds at most: Chromium 7200, Firefox 86400, WebKit 600."""
    cache_item_replaced: bool = False
    """One item per URL and origin, replaced by each preflight: Chromium, WebKit."""
    cleared_by: Literal["failed preflighted request", "any failed request", "nothing"] = "failed preflighted request"
    """What clears the cache for a URL: the standard's is the first; Firefox the second; Chromium and WebKit the third."""
    wildcards_cached: bool = True
    """A cached `*` serves other names; not in Firefox."""
    credentialed_entry_serves_all: bool = True
    """An entry made with credentials serves requests without; not in Firefox."""
    cache_before_checks: bool = False
    """A preflight's answer is kept before it is checked: WebKit."""
    sticky_preflight_after_redirect: bool = False
    """After a preflighted request, each redirected hop is preflighted too: Firefox."""
    preflight_origin_untainted: bool = False
    """The preflight of a tainted hop still names the page's origin: Firefox."""
    acrh_duplicates: bool = False
    """A name that the page set twice is asked for twice: Firefox."""
    join_lines_before_safelist: bool = False
    """Lines of one name are joined before the 128-byte rule: Chromium."""
    total_1024: bool = True
    """Safelisted values may sum up to 1024 bytes: the standard only."""
    safelisted_hints: frozenset[str] = frozenset()
    """Client hints that need no permission: Chromium."""
    user_agent_unpreflighted: bool = False
    """A User-Agent set by the page needs no permission: Chromium."""
    eight_bit_accept_preflighted: bool = False
    """Bytes from 0x80 in Accept need permission: Firefox."""
    same_origin_userinfo_refused: bool = False
    """A redirect to a URL with a user name fails within one origin too: Chromium, WebKit."""
    referrer_policy_hides_origin: bool = True
    """In no-cors mode a Referrer-Policy may turn Origin into null; Chromium keeps it."""


STANDARD: Final = Profile()
CHROMIUM: Final = Profile(
    name="chromium",
    authorization_covered_by_star=True,
    negative_max_age_is_zero=True,
    plus_sign_in_max_age=True,
    max_age_limit=7200,
    cache_item_replaced=True,
    cleared_by="nothing",
    join_lines_before_safelist=True,
    total_1024=False,
    safelisted_hints=frozenset({"dpr", "device-memory", "width", "viewport-width", "save-data"}),
    user_agent_unpreflighted=True,
    same_origin_userinfo_refused=True,
    referrer_policy_hides_origin=False,
)
FIREFOX: Final = Profile(
    name="firefox",
    authorization_covered_by_star=True,
    negative_max_age_is_zero=True,
    garbage_max_age=0,
    max_age_limit=86400,
    cleared_by="any failed request",
    wildcards_cached=False,
    credentialed_entry_serves_all=False,
    sticky_preflight_after_redirect=True,
    preflight_origin_untainted=True,
    acrh_duplicates=True,
    total_1024=False,
    eight_bit_accept_preflighted=True,
)
WEBKIT: Final = Profile(
    name="webkit",
    authorization_covered_by_star=True,
    negative_max_age_is_zero=True,
    plus_sign_in_max_age=True,
    number_prefix_in_max_age=True,
    max_age_limit=600,
    cache_item_replaced=True,
    cleared_by="nothing",
    cache_before_checks=True,
    total_1024=False,
    same_origin_userinfo_refused=True,
)
PROFILES: Final = {profile.name: profile for profile in (STANDARD, CHROMIUM, FIREFOX, WEBKIT)}
