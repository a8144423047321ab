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
    title: str = "the standard"

    authorization_covered_by_star: bool = False
    """`*` in Access-Control-Allow-Headers covers Authorization: all engines, against whatwg/fetch#1919."""
    negative_max_age_is_zero: bool = False
    """`-1` turns caching off; to the standard it is no number and means five seconds. All engines."""
    plus_sign_in_max_age: bool = False
    """`+10` is ten: Chromium and WebKit."""
    max_age_of_63_bits: bool = False
    """A larger number is no number: Chromium and WebKit."""
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
    kept_star_serves_credentials: bool = True
    """A `*` that a request with credentials had cached serves other names: by the letter of the standard only."""
    kept_star_serves_authorization: bool = False
    """A cached `*` serves Authorization too: WebKit; Chromium asks for it each time."""
    null_origins_kept: Literal["all", "of pages", "none"] = "all"
    """Which preflights from `null` are kept: WebKit keeps no redirected one, Chromium none of opaque pages either."""
    safelisted_methods_kept: bool = False
    """Whatever a preflight permits, it permits GET, HEAD and POST, which matters where it was forced: all engines."""
    forced_method_permitted: bool = True
    """A forced preflight need not list its method: the standard only."""
    upload_listeners_need_body: bool = False
    """Listeners on an upload force no preflight if nothing is uploaded: Chromium."""
    cache_before_checks: bool = False
    """A preflight's answer is kept even if it refuses the method or a header: WebKit."""
    sticky_preflight_after_redirect: bool = False
    """After a preflighted request, each redirected hop is preflighted too: Firefox."""
    preflight_origin_untainted: bool = False
    """The preflight of a tainted hop still names the page's origin: Firefox."""
    acrh_duplicates: bool = False
    """A name that the page set twice is asked for twice: Firefox."""
    join_lines_before_safelist: bool = False
    """Lines of one name are joined before they are judged: Chromium, WebKit."""
    total_1024: bool = True
    """Safelisted values may sum up to 1024 bytes: the standard only."""
    safelisted_hints: str = r"(?!)"
    """Client hints that need no permission, as a regular expression for `name:value`: Chromium."""
    user_agent_unpreflighted: bool = False
    """A User-Agent set by the page needs no permission: Chromium."""
    eight_bit_preflighted: bool = False
    """Bytes from 0x80 in Accept and Content-Type need permission: Firefox."""
    range_limit: int | None = None
    """A Range beyond it needs permission: Chromium from 2**63 - 1, Firefox and WebKit from 2**64."""
    range_unit_in_any_case: bool = False
    """`BYTES=0-` is as good as `bytes=0-`: WebKit."""
    same_origin_userinfo_refused: bool = False
    """A redirect to a URL with a user name fails within one origin too: Chromium."""
    referrer_policy_hides_origin: bool = True
    """In no-cors mode a Referrer-Policy may turn Origin into null; Chromium keeps it."""


STANDARD: Final = Profile()
CHROMIUM: Final = Profile(
    name="chromium",
    title="Chromium",
    authorization_covered_by_star=True,
    negative_max_age_is_zero=True,
    plus_sign_in_max_age=True,
    max_age_limit=7200,
    kept_star_serves_credentials=False,
    cache_item_replaced=True,
    cleared_by="nothing",
    join_lines_before_safelist=True,
    total_1024=False,
    safelisted_hints=(
        r"(dpr|device-memory|downlink):[0-9.]+|(width|viewport-width|rtt):[0-9]+"
        r"|ect:(slow-2g|2g|3g|4g)|save-data:on|intervention:.*"
    ),
    range_limit=2**63 - 1,
    max_age_of_63_bits=True,
    null_origins_kept="none",
    safelisted_methods_kept=True,
    forced_method_permitted=False,
    upload_listeners_need_body=True,
    user_agent_unpreflighted=True,
    same_origin_userinfo_refused=True,
    referrer_policy_hides_origin=False,
)
FIREFOX: Final = Profile(
    name="firefox",
    title="Firefox",
    authorization_covered_by_star=True,
    negative_max_age_is_zero=True,
    garbage_max_age=0,
    max_age_limit=86400,
    kept_star_serves_credentials=False,
    cleared_by="any failed request",
    wildcards_cached=False,
    credentialed_entry_serves_all=False,
    sticky_preflight_after_redirect=True,
    preflight_origin_untainted=True,
    acrh_duplicates=True,
    total_1024=False,
    eight_bit_preflighted=True,
    range_limit=2**64,
    safelisted_methods_kept=True,
    forced_method_permitted=False,
)
WEBKIT: Final = Profile(
    name="webkit",
    title="WebKit",
    authorization_covered_by_star=True,
    negative_max_age_is_zero=True,
    plus_sign_in_max_age=True,
    max_age_of_63_bits=True,
    max_age_limit=600,
    kept_star_serves_credentials=False,
    kept_star_serves_authorization=True,
    null_origins_kept="of pages",
    safelisted_methods_kept=True,
    forced_method_permitted=False,
    cache_item_replaced=True,
    cleared_by="nothing",
    cache_before_checks=True,
    sticky_preflight_after_redirect=True,
    join_lines_before_safelist=True,
    total_1024=False,
    range_limit=2**64,
    range_unit_in_any_case=True,
)
PROFILES: Final = {profile.name: profile for profile in (STANDARD, CHROMIUM, FIREFOX, WEBKIT)}
