"""Where other user agents do otherwise than the one at work, said in a sentence for each.

The standard is compared with the three engines, and an engine with the standard.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from cors_core.browser.profiles import PROFILES, STANDARD, Profile


def others(profile: Profile) -> tuple[Profile, ...]:
    """Return whom `profile` is compared with."""
    return tuple(other for other in PROFILES.values() if other != STANDARD) if profile == STANDARD else (STANDARD,)


def listed(profiles: Iterable[Profile]) -> str:
    """Return their names as one would say them."""
    *most, last = [profile.title for profile in profiles]
    return f"{', '.join(most)} and {last}" if most else last


def parted(profile: Profile, allows: Callable[[Profile], bool]) -> str:
    """Say how the standard and the engines part on whether something is allowed; nothing if they agree."""
    apart = [other for other in others(profile) if allows(other) != allows(profile)]
    if not apart:
        return ""
    engines = listed(apart if profile == STANDARD else [profile])
    if allows(STANDARD):
        return f"allowed by the standard, refused by {engines}"
    return f"works in {engines} today, forbidden by the standard"


def max_age_differs(profile: Profile, max_age: Callable[[Profile], int]) -> str:
    """Say for how long others keep the answer to a preflight; nothing if all agree."""
    ages = [f"{other.title} {max_age(other)} s" for other in others(profile) if max_age(other) != max_age(profile)]
    return f"{profile.title} keeps this preflight's answer for {max_age(profile)} s; {', '.join(ages)}" if ages else ""


def preflight_differs(profile: Profile, question: Callable[[Profile], str]) -> list[str]:
    """Say who asks otherwise; `question` is what a user agent asks by preflight, empty if it asks nothing."""
    mine = question(profile)
    apart: dict[str, list[Profile]] = {}
    for other in others(profile):
        if (theirs := question(other)) != mine:
            apart.setdefault(theirs, []).append(other)
    return [_asks(profile, mine, listed(who), theirs) for theirs, who in apart.items()]


def _asks(profile: Profile, mine: str, who: str, theirs: str) -> str:
    if not mine:
        return f"allowed by {profile.title} without a preflight, but {who} will preflight: {theirs}"
    if not theirs:
        return f"preflighted by {profile.title} ({mine}), but not by {who}"
    return f"{profile.title} asks by preflight for {mine}; {who} for {theirs}"
