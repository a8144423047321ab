"""Where engines do otherwise: than the model of them, with the evidence, and than the standard, with the reason.

Seen in Chromium 156, Firefox 153 ESR and WebKitGTK 2.50. What is listed and no longer true fails.
"""

from __future__ import annotations

from typing import NamedTuple

from tests.engines.cases import Observation

CHROMIUM, FIREFOX, WEBKIT = ("chromium",), ("firefox",), ("webkit",)
ALL = ("chromium", "firefox", "webkit")
CHROMIUM_WEBKIT, FIREFOX_WEBKIT = ("chromium", "webkit"), ("firefox", "webkit")
READ = "cors 200 cache-control content-length content-type"
REDIRECTED = "cors 200 redirected cache-control content-length content-type"


class Fact(NamedTuple):
    """What some engines do that no profile can express, case by case."""

    why: str
    engines: tuple[str, ...]
    observed: dict[str, Observation]


class Departure(NamedTuple):
    """Cases that come out otherwise than by the standard, for one reason: mostly a profile's switch."""

    why: str
    engines: tuple[str, ...]
    cases: str


def seen(outcome: str, *requests: str) -> Observation:
    return Observation((outcome,), requests)


FACTS = [
    Fact(
        "a 421 is asked once more on a new connection, as HTTP allows; the model has no connections",
        ALL,
        {
            "preflight-421": seen("error", "OPTIONS 0 from page for PUT", "OPTIONS 0 from page for PUT"),
            "answer-421": seen(READ.replace("200", "421"), "GET 0 from page", "GET 0 from page"),
        },
    ),
    Fact(
        "the same Location twice is one",
        ("chromium", "firefox"),
        {"redirect-same-location-twice": seen(REDIRECTED, "GET 0 from page", "GET 1 from page")},
    ),
    Fact(
        "several Locations are joined by a comma, and followed as one",
        WEBKIT,
        {
            "redirect-same-location-twice": seen("error", "GET 0 from page", "GET 1, http: from page"),
            "redirect-two-locations": seen("error", "GET 0 from page", "GET 1, http: from page"),
        },
    ),
    Fact(
        "elements with crossorigin, and modules, send Origin to their own origin too",
        CHROMIUM_WEBKIT,
        {
            name: seen("loaded", "GET 0 from page")
            for name in ("image-own-origin", "script-own-origin", "module-own-origin")
        },
    ),
    Fact(
        "the preflight of a redirected hop asks for headers that the redirect has dropped",
        WEBKIT,
        {
            **{
                f"redirect-authorization-{at}": seen(
                    REDIRECTED,
                    "OPTIONS 0 from page for GET with authorization",
                    "GET 0 from page authorized",
                    "OPTIONS 1 from null for GET with authorization",
                    "GET 1 from null",
                )
                for at in ("third", "other-port")
            },
            **{
                f"redirect-post-json-{status}": seen(
                    REDIRECTED,
                    "OPTIONS 0 from page for POST with content-type",
                    "POST 0 from page typed",
                    "OPTIONS 1 from page for GET with content-type",
                    "GET 1 from page",
                )
                for status in (302, 303)
            },
        },
    ),
    Fact(
        "a beacon in mode no-cors from a sandboxed frame names the origin of the page around it",
        WEBKIT,
        {"beacon-sandbox": seen("loaded", "POST 0 from page typed")},
    ),
]
DEPARTURES = [
    *(Departure(fact.why, fact.engines, " ".join(fact.observed)) for fact in FACTS),
    Departure(
        "authorization_covered_by_star",
        ALL,
        """authorization-star authorization-star-on-other-line authorization-and-custom-star
        cache-authorization-star cache-authorization-after-star""",
    ),
    Departure("negative_max_age_is_zero", ALL, "age-negative age-minus-zero"),
    Departure("plus_sign_in_max_age", CHROMIUM_WEBKIT, "age-plus-zero age-plus-after-7-seconds"),
    Departure("max_age_of_63_bits", CHROMIUM_WEBKIT, "age-huge-after-7-seconds age-int-64-after-7-seconds"),
    Departure(
        "garbage_max_age",
        FIREFOX,
        """age-plus age-plus-zero age-word age-fraction age-zero-fraction age-list age-zero-list age-unit age-zero-unit
        age-quoted age-hexadecimal age-exponent age-two-lines age-two-lines-zero-last age-two-lines-zero-first
        age-blank-inside age-semicolon""",
    ),
    Departure(
        "cache_item_replaced",
        CHROMIUM_WEBKIT,
        "cache-method-echoed cache-header-echoed age-credentials-headers",
    ),
    Departure("cleared_by", CHROMIUM_WEBKIT, "cache-answer-refused"),
    Departure(
        "wildcards_cached",
        FIREFOX,
        """cache-method-star cache-method-star-same cache-header-star cache-header-star-same
        age-day-methods age-day-headers""",
    ),
    Departure(
        "credentialed_entry_serves_all",
        FIREFOX,
        "cache-credentials-then-none cache-credentials-then-omit age-credentials-with-and-without",
    ),
    Departure(
        "cache_before_checks",
        WEBKIT,
        "cache-refused-then-listed cache-header-refused-then-listed age-60-refused",
    ),
    Departure("null_origins_kept", CHROMIUM_WEBKIT, "cache-redirect-third-twice"),
    Departure("null_origins_kept", CHROMIUM, "cache-sandbox cache-data"),
    Departure("safelisted_methods_kept", ALL, "cache-upload-listener-other-listed"),
    Departure("forced_method_permitted", ALL, "upload-put-unpermitted"),
    Departure("upload_listeners_need_body", CHROMIUM, "upload-get upload-without-body"),
    Departure(
        "sticky_preflight_after_redirect",
        FIREFOX_WEBKIT,
        """redirect-303-put-api redirect-303-put-third redirect-delete-303 redirect-authorization-third
        redirect-authorization-other-port redirect-post-json-302 redirect-post-json-303""",
    ),
    Departure(
        "preflight_origin_untainted",
        FIREFOX,
        """redirect-301-put-third redirect-302-put-third redirect-307-put-third redirect-308-put-third
        redirect-put-third-null redirect-put-third-page redirect-put-third-star redirect-put-third-refused
        redirect-put-credentials redirect-api-to-own-put redirect-custom-third redirect-post-json-307-third
        redirect-one-put-third redirect-several-put-third redirect-null-put-third cache-redirect-third-twice
        cache-redirect-third-then-direct cache-redirect-third-after-direct cache-redirect-third-between-direct""",
    ),
    Departure("acrh_duplicates", FIREFOX, "ask-several-same-twice"),
    Departure(
        "join_lines_before_safelist",
        CHROMIUM_WEBKIT,
        """ask-several-accept-twice-long ask-several-accept-1024 ask-several-content-type-twice
        ask-several-range-twice""",
    ),
    Departure("total_1024", FIREFOX, "ask-several-accept-1030"),
    Departure(
        "safelisted_hints",
        CHROMIUM,
        """ask-save-data ask-dpr ask-device-memory ask-width ask-viewport-width ask-downlink ask-ect ask-rtt""",
    ),
    Departure("user_agent_unpreflighted", CHROMIUM, "ask-user-agent ask-user-agent-129"),
    Departure("eight_bit_preflighted", FIREFOX, "ask-accept-8-bit ask-type-text-8-bit"),
    Departure("range_limit", ALL, "ask-range-huge ask-range-65-bits"),
    Departure("range_limit", CHROMIUM, "ask-range-63-bits ask-range-64-bits"),
    Departure("range_unit_in_any_case", WEBKIT, "ask-range-upper-case"),
    Departure("same_origin_userinfo_refused", CHROMIUM, "redirect-user-name-page-to-page"),
    Departure("referrer_policy_hides_origin", CHROMIUM, "no-cors-post-no-referrer no-cors-post-referrer-same-origin"),
]


def beyond_profile(engine: str) -> dict[str, Observation]:
    """What an engine does that the model of it does not."""
    return {case: told for fact in FACTS if engine in fact.engines for case, told in fact.observed.items()}


def beyond_standard(engine: str) -> set[str]:
    """The cases that an engine and the standard see otherwise."""
    return {case for row in DEPARTURES if engine in row.engines for case in row.cases.split()}
