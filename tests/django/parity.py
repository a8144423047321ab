"""Where ours and django-cors-headers are meant to differ, and the cases that show that they differ nowhere else."""

from __future__ import annotations

from tests.django.parity_places import AWAITED, CALLED, PLACES
from tests.django.parity_settings import SETTINGS
from tests.parity.verdicts import Case, Difference

DIFFERENCES = {
    "star-with-credentials": Difference("credentials for everybody, or for strangers, are refused"),
    "exposed-star-with-credentials": Difference("with credentials '*' exposes nothing; it is refused"),
    "null-with-credentials": Difference("any page can have the origin null; with credentials it is refused"),
    "whole-match": Difference("an expression matches the whole origin, not its beginning", warned=True),
    "origin-patterns": Difference("https://*.example.com is a pattern, where it matched nothing", True, True),
    "origin-patterns-with-credentials": Difference("a pattern that matched nothing before gets no credentials now"),
    "upper-case": Difference("a host in upper case never matched, and is put right", True, True),
    "no-origin": Difference("what has a path is no origin and is left out; only its host was looked at", warned=True),
    "lower-case-methods": Difference(
        "put is PUT, as in scripts, where it was a name that they cannot send", True, True
    ),
    "any-method": Difference("methods of '*' are every method, with credentials too", True, True),
    "any-header": Difference("headers of '*' are every header, with credentials too", True, True),
    "header-families": Difference("x-* is all names that begin so, where it was a name", True, True),
    "safelisted-headers": Difference("Content-Type and the other safelisted names pass without being listed", True),
    "own-headers": Difference("a view's own Access-Control headers are replaced, those that expose aside", True),
    "max-age-zero": Difference("an age of 0 says 'do not cache', where it was dropped"),
    "max-age-day": Difference("nothing is kept for more than a day", warned=True),
    "no-age": Difference("what is no number of seconds is refused, where browsers ignored it"),
    "text-for-a-list": Difference("a text was taken apart into its letters; it is refused"),
    "text-for-a-boolean": Difference("the text 'False' was true; it is refused"),
    "no-token": Difference("what can be no name of a method or a header is refused"),
    "invalid": Difference("what does not compile stops the server, where it failed every request"),
    "many-readings": Difference("a path that servers read in more than one way is refused, if that matters"),
    "plain-yes": Difference("a receiver's plain yes carries no credentials"),
    "receivers-that-raise": Difference("a receiver that raises refuses, where it failed the request", True),
    "async-receivers": Difference("a receiver may be asynchronous, where it failed the request", True),
}

MODES = {
    **dict.fromkeys((*SETTINGS, *PLACES), ("sync", "async")),
    **dict.fromkeys(CALLED, ("sync",)),
    **dict.fromkeys(AWAITED, ("async",)),
}
CASES = {row: [Case(row, ask, mode) for ask in row.asks for mode in modes] for row, modes in MODES.items()}
