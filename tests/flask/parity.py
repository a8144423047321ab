"""Where ours and flask-cors are meant to differ, and the cases that show that they differ nowhere else."""

from __future__ import annotations

from tests.flask.parity_options import OPTIONS
from tests.flask.parity_places import PLACES
from tests.flask.parity_views import VIEWS
from tests.parity.verdicts import Case, Difference

DIFFERENCES = {
    "star-with-credentials": Difference("credentials for everybody, or for strangers, are refused"),
    "exposed-star-with-credentials": Difference("with credentials '*' exposes nothing; it is refused"),
    "null-with-credentials": Difference("any page can have the origin null; with credentials it is refused"),
    "whole-match": Difference("a regular expression matches the whole origin, not its beginning"),
    "origin-patterns": Difference("https://*.example.com is a pattern, where it was a broken expression", True, True),
    "brackets": Difference("an IPv6 host is a host, where it was a class of characters", True),
    "any-method": Difference("methods='*' was the name of a method and is every method", True, True),
    "safelisted-methods": Difference("GET, HEAD and POST pass without being listed", True),
    "safelisted-headers": Difference("Content-Type and the other safelisted names pass without being listed", True),
    "no-token": Difference("what can be no name of a method or a header is refused"),
    "header-families": Difference(
        "X-* is all names that begin so, in any letter case; it was an expression", True, True
    ),
    "header-expressions": Difference("header names are listed, or a family; other expressions are refused"),
    "own-headers": Difference("a view's own Access-Control headers are replaced, those that expose aside", True),
    "max-age-zero": Difference("max_age=0 says 'do not cache', where it was dropped"),
    "max-age-day": Difference("nothing is kept for more than a day", warned=True),
    "no-age": Difference("what is no number of seconds is refused, where browsers ignored it"),
    "preflight-first": Difference("a preflight is answered before hooks, wrappers, redirects and 404", True),
    "asked-method": Difference("a preflight gets the policy of the view that has the method asked about", True),
    "preflight-on-classes": Difference("Flask's own answer to OPTIONS hid the decorator of a class-based view", True),
    "errors-carry-headers": Difference("every response carries the headers, whoever made it", True),
    "decorator-first": Difference("the errors of a decorated view are its own, not its application's", True),
    "plain-options": Difference("an OPTIONS request that is no preflight reaches the view", True),
    "automatic-options": Difference("automatic_options=False left preflights to the view, or to nobody", True, True),
    "mounted-apps": Difference("applications mounted inside are covered", True),
    "whole-segments": Difference("/api/* is the subtree of /api, not every path that begins so"),
    "decoded-once": Difference("resources are matched on the path that is routed, not decoded again"),
    "many-readings": Difference("a path that servers read in more than one way is refused, if that matters"),
    "unknown-option": Difference("an unknown option was ignored, and everybody allowed; it is refused"),
    "without-parentheses": Difference("@cross_origin works without parentheses", True),
    "comma-separated": Difference("text is split at its commas", True),
    "text-for-a-boolean": Difference("the text 'False' was true; it is refused"),
    "overlap": Difference("two CORS(app) for one path came to the union of both; they are refused"),
    "blueprint-wins": Difference("the blueprint's policy stands alone beside the application's"),
    "iterators": Difference("an iterator was used up before it was looked at", True),
    "async-views": Difference("an async view can be decorated", True),
    "stacked": Difference("of two @cross_origin the inner one won, and the outer one went unread"),
}

ROWS = (*OPTIONS, *PLACES, *VIEWS)
CASES = {row: [Case(row, ask) for ask in row.asks] for row in ROWS}
