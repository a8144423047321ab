"""flask-cors's `resources`: which paths a key covers, which key comes first, and which two calls overlap."""

from __future__ import annotations

import re
import time
import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cors_core import ConfigError, CORSMigrationWarning, Policy, Request
from tests.components import require

require("flask")
flask_cors = require("flask_cors")

from cors_core.expressions import stem, told_by  # noqa: E402
from cors_flask.options import selectable_from  # noqa: E402
from cors_flask.resources import EVERYTHING, Area, areas_of, overlap_problem, overlaps  # noqa: E402

APP = "https://app.example.com"
OTHER = "https://other.example.com"


def holder(resources: Any, path: str) -> tuple[str, ...] | None:
    """The origins of the resource that holds a path; None if there is none, () if nobody may read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CORSMigrationWarning)
        selected, _ = selectable_from({"resources": resources}, {})
    if callable(selected):
        selected = selected(Request(path=path))
    return selected and selected.allow_origins


def named(*keys: Any) -> dict[Any, dict[str, str]]:
    """Resources whose origins tell them apart."""
    return {key: {"origins": f"https://n{number}.example"} for number, key in enumerate(keys)}


def area(key: Any) -> Area:
    """What one key covers."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", CORSMigrationWarning)
        _, [only] = selectable_from({"resources": [key]}, {})
    return only


def refusals(**options: Any) -> list[tuple[str, str]]:
    with pytest.raises(ConfigError) as caught:
        selectable_from(options, {})
    return [(problem.code, problem.field) for problem in caught.value.problems]


# shapes


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param("/api/*", id="text"),
        pytest.param(["/api/*"], id="list"),
        pytest.param(("/x", "/api/*"), id="tuple"),
        pytest.param({"/api/*"}, id="set"),
        pytest.param(re.compile(r"/api/"), id="compiled"),
        pytest.param([re.compile(r"/api/")], id="compiled, in a list"),
        pytest.param({"/api/*": {}}, id="mapping"),
        pytest.param({re.compile(r"/api/"): {"origins": "*"}}, id="compiled, in a mapping"),
    ],
)
def test_resources_in_each_shape(resources: Any) -> None:
    assert holder(resources, "/api/items") == ("*",)
    assert holder(resources, "/other") is None


def test_an_iterator_of_resources_is_read_once() -> None:
    selected, areas = selectable_from({"resources": iter(["/a", "/b"])}, {})
    assert callable(selected)
    assert [area.written for area in areas] == ["'/a'", "'/b'"]


@pytest.mark.parametrize("resources", ["*", "/*", ".*", "/.*", r"^/.*", ["/*"], {"*": {}}, {r"/*": {"methods": "PUT"}}])
def test_one_resource_for_everything_is_a_policy(resources: Any) -> None:
    selected, [only] = selectable_from({"resources": resources}, {})
    assert isinstance(selected, Policy)
    assert only.shape == "everything"


def test_resources_are_everything_unless_given() -> None:
    selected, [only] = selectable_from({}, {"CORS_RESOURCES": None})
    assert isinstance(selected, Policy)
    assert overlaps(only, EVERYTHING)


@pytest.mark.parametrize("resources", [{}, []])
def test_no_resource_is_a_policy_for_nothing(resources: Any) -> None:
    assert holder(resources, "/api") is None
    assert selectable_from({"resources": resources}, {})[1] == ()


@pytest.mark.parametrize(
    ("resources", "refused"),
    [
        pytest.param(5, [("wrong-type", "resources")], id="number"),
        pytest.param(None, [("wrong-type", "resources")], id="None"),
        pytest.param(b"/api", [("wrong-type", "resources")], id="bytes"),
        pytest.param([b"/api", 5], [("wrong-type", "resources")] * 2, id="bytes and a number in a list"),
        pytest.param(re.compile(b"/api"), [("wrong-type", "resources")], id="expression for bytes"),
        pytest.param("/api/(v1", [("not-a-regex", "resources")], id="broken expression"),
        pytest.param({"/api": None}, [("wrong-type", "resources['/api']")], id="no options"),
        pytest.param(
            {"/api": Policy(allow_origins="*")}, [("wrong-type", "resources['/api']")], id="policy for options"
        ),
        pytest.param(
            {"/api": {"orgins": APP}}, [("unknown-option", "resources['/api']['orgins']")], id="F15, misspelt option"
        ),
        pytest.param(
            {"/api": {"resources": "/"}},
            [("unknown-option", "resources['/api']['resources']")],
            id="resources in a resource",
        ),
        pytest.param(
            {"/a": {"max_age": -1}, "/b": {"methods": 5}},
            [("out-of-range", "resources['/a']['max_age']"), ("wrong-type", "resources['/b']['methods']")],
            id="problems of two resources",
        ),
    ],
)
def test_what_is_no_resource_is_refused(resources: Any, refused: list[tuple[str, str]]) -> None:
    assert refusals(resources=resources) == refused


def test_a_problem_in_the_config_names_its_key() -> None:
    with pytest.raises(ConfigError, match=r"CORS_RESOURCES\['/api'\]\['max_age'\]"):
        selectable_from({}, {"CORS_RESOURCES": {"/api": {"max_age": "ten"}}})


# options of a resource


def test_a_resource_goes_before_the_keywords_and_these_before_the_config() -> None:
    given = {"resources": {"/a": {"origins": APP}, "/b": {}}, "origins": OTHER, "max_age": 1}
    selected, _ = selectable_from(given, {"CORS_MAX_AGE": 2, "CORS_METHODS": "PUT"})
    assert callable(selected)
    first, second = selected(Request(path="/a")), selected(Request(path="/b"))
    assert first is not None
    assert second is not None
    assert (first.allow_origins, second.allow_origins) == ((APP,), (OTHER,))
    assert {(each.max_age, each.allow_methods) for each in (first, second)} == {(1, ("PUT",))}


def test_credentials_for_all_may_have_their_origins_in_each_resource() -> None:
    given = {"supports_credentials": True, "resources": {"/api/*": {"origins": APP}}}
    selected, _ = selectable_from(given, {})
    assert callable(selected)
    policy = selected(Request(path="/api"))
    assert policy is not None
    assert policy.allow_credentials is True


def test_a_resource_for_everyone_with_credentials_is_refused() -> None:
    refused = refusals(supports_credentials=True, resources={"/api/*": {"origins": APP}, "/open/*": {}, "/too": {}})
    assert refused == [("wildcard-with-credentials", "supports_credentials")]


def test_what_many_resources_share_is_warned_of_once() -> None:
    with pytest.warns(CORSMigrationWarning) as caught:
        selectable_from({"send_wildcard": True, "resources": named("/a", "/b", "/c")}, {})
    assert len(caught) == 1


# keys


@pytest.mark.parametrize(
    ("key", "inside", "outside"),
    [
        pytest.param("/items", "/items", "/items/1", id="a path is that path"),
        pytest.param("/items", "/items", "/Items", id="by letter case, CVE-2024-6866"),
        pytest.param("/a.b", "/a.b", "/axb", id="a dot is a dot"),
        pytest.param("/a+b", "/a+b", "/a b", id="a plus is a plus, CVE-2024-6844"),
        pytest.param("/api/*", "/api", "/apiary", id="F19, by whole segments"),
        pytest.param("/api/*", "/api/v1/items", "/API/v1", id="a subtree"),
        pytest.param("/api/v1.0/*", "/api/v1.0/x", "/api/v1x0/x", id="a dot in a subtree"),
        pytest.param(r"/api/.*", "/api/", "/api", id="an expression"),
        pytest.param(r"/api/v\d", "/api/v1/items", "/api/vx", id="an expression matches the beginning"),
        pytest.param(r"^/api/v[12]$", "/api/v1", "/api/v1/items", id="an expression with an end"),
        pytest.param(re.compile("/api"), "/apiary", "/x/api", id="compiled"),
        pytest.param(re.compile("/api", re.IGNORECASE), "/API/x", "/x", id="compiled, ignoring case"),
        pytest.param(r"(?i)/api/", "/API/x", "/x", id="flags in the text"),
        pytest.param(r"/(a|b)/", "/b/x", "/c/x", id="alternatives"),
        pytest.param(r"/(?!admin)", "/items", "/admin", id="look-ahead"),
        pytest.param(r"/\w+/private", "/münchen/private", "/a b/private", id="letters beyond ASCII"),
        pytest.param(re.compile(r"/\w+/private", re.ASCII), "/m/private", "/münchen/private", id="letters of ASCII"),
        pytest.param(r"/x/[^\d]", "/x/é", "/x/1", id="all but digits"),
        pytest.param("/api/*", "/api/x", "/%61pi/x", id="F20, not decoded again"),
    ],
)
def test_what_a_key_covers(key: Any, inside: str, outside: str) -> None:
    assert holder({key: {"origins": APP}}, inside) == (APP,)
    assert holder({key: {"origins": APP}}, outside) is None


@pytest.mark.parametrize("key", ["api/*", "api", "https://app.example.com/api/*"])
def test_a_key_that_no_path_matches_is_warned_of(key: str) -> None:
    with pytest.warns(CORSMigrationWarning, match="a path begins with a slash; write '/api"):
        selectable_from({"resources": key}, {})


@pytest.mark.parametrize("key", ["/api/*", "/items", "*", r"/.*", r"^/a", r"(/a|/b)", r"a*/x", r"x|/y", r"/v\d"])
def test_a_key_that_means_what_it_says_is_warned_of_by_nobody(key: str) -> None:
    selectable_from({"resources": key}, {})


@pytest.mark.parametrize("key", [r"/(?!admin)", re.compile("/a b", re.VERBOSE), r"/\bapi", r"/[^\W]"])
def test_an_expression_that_re2_cannot_match_is_warned_of(key: Any) -> None:
    with pytest.warns(CORSMigrationWarning, match="matched by Python's re, which a long path can keep busy; RE2"):
        selectable_from({"resources": key}, {})


def test_without_re2_every_expression_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "re2", None)
    with pytest.warns(CORSMigrationWarning, match=r"install cors-core\[regex\]"):
        selected, _ = selectable_from({"resources": r"/v\d"}, {})
    assert callable(selected)
    assert selected(Request(path="/v1/x")) is not None
    assert selected(Request(path="/vx")) is None


def test_an_expression_takes_time_linear_in_the_path() -> None:
    selected, _ = selectable_from({"resources": r"/(a+)+$"}, {})
    assert callable(selected)
    begun = time.perf_counter()
    assert selected(Request(path="/" + "a" * 5000 + "!")) is None
    assert time.perf_counter() - begun < 1


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("//api/private/x", id="doubled slash"),
        pytest.param("/api/../api/private/x", id="dot segments"),
        pytest.param("/x\\..\\api/private/x", id="backslash"),
        pytest.param("/api/private\x00", id="NUL"),
        pytest.param("/api/\n", id="line break"),
        pytest.param("/\u0131nfo", id="a letter that RE2 does not take for an i"),
        pytest.param("/api/\ud800", id="no UTF-8"),
    ],
)
def test_a_path_that_can_be_read_in_two_ways_is_nobodys(path: str) -> None:
    resources = {"/api/private/*": {"origins": APP}, r"(?i)/info/": {"origins": APP}, "/*": {"origins": "*"}}
    assert holder(resources, path) == ()


# order


@pytest.mark.parametrize(
    ("keys", "path", "winner"),
    [
        pytest.param(["/*", "/items"], "/items", 1, id="a path before an expression"),
        pytest.param([r"/api/.*", r"/api/v1/.*"], "/api/v1/x", 1, id="the deeper, CVE-2024-6839"),
        pytest.param([r"/a.*", r"/abc.*"], "/abcd", 1, id="the longer"),
        pytest.param([r"/api/v1/.*", re.compile("/api")], "/api/v1/x", 1, id="the compiled before text"),
        pytest.param(["*", "/api/*"], "/api/x", 1, id="star comes last"),
        pytest.param(["/*", "/api/*", "/api/v1/*"], "/api/v1", 2, id="subtrees"),
        pytest.param(["/api/*", "/api/*/x"], "/api/x", 1, id="an expression deeper than a subtree"),
    ],
)
def test_the_first_key_wins_in_flask_cors_order(keys: list[Any], path: str, winner: int) -> None:
    resources = named(*keys)
    assert holder(resources, path) == (f"https://n{winner}.example",)
    assert holder(dict(reversed(resources.items())), path) == (f"https://n{winner}.example",)


KEYS = ["/", "/items", "/api", "/api/", r"/api/.*", r"^/api/v\d+$", r"/api/v1(/.*)?", "*", r"/.*", r"/[a-c]+", r"/x*y"]
PATTERNS = [re.compile("/a"), re.compile(r"/(?P<n>\w+)/1"), re.compile("/API", re.I), re.compile(r"/items\Z")]
PATHS = [
    "/",
    "/items",
    "/items/1",
    "/api",
    "/api/",
    "/api/v1",
    "/api/v12",
    "/api/v1/x",
    "/abc",
    "/xxy",
    "/y",
    "/Ünï/1",
    "/api/v\u0663",
]


@pytest.mark.parametrize("path", PATHS)
def test_the_same_key_holds_a_path_as_in_flask_cors(path: str) -> None:
    resources = named(*KEYS, *PATTERNS)
    for kept in (resources, {key: own for key, own in resources.items() if key not in ("*", "/.*")}):
        theirs = flask_cors.core.parse_resources(kept)
        found = (own for pattern, own in theirs if flask_cors.core.try_match_pattern(path, pattern, True))
        expected = next(found, None)
        assert holder(kept, path) == (expected and (expected["origins"],))


PIECES = ["/", "a", "api", ".", "*", "+", "?", "|", "(", ")", "[", "]", "[^", "-", "^", "$", r"\d", r"\w", r"\S", r"\W"]
PIECES += [r"\b", r"\.", r"\\", r"\Z", "(?:", "(?i)", "(?i:", "(?!", "{2}", "{,2}", "é", "٣", "I"]
expressions = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
paths = st.lists(st.sampled_from([*"/aipIKé٣\u0131. -]^\n", "api", "\ud800"]), max_size=6).map(
    lambda text: "/" + "".join(text)
)


@settings(max_examples=500, deadline=None)
@given(expressions, st.sampled_from([0, re.IGNORECASE, re.ASCII, re.DOTALL, re.MULTILINE]), paths)
def test_re2_says_of_a_path_what_re_says_or_nothing(source: str, flags: int, path: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            pattern = re.compile(source, flags)
        except re.error:
            return
        told = told_by("resources", pattern)
    matched = pattern.match(path) is not None
    assert told(path) in (None, matched)
    assert not matched or path.startswith(stem(pattern))


# overlap


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("/a", "/a", True),
        ("/a", "/b", False),
        ("/a", "/a/", False),
        ("/a", "/*", True),
        ("/a", "/a/*", True),
        ("/ab", "/a/*", False),
        ("/api/v1", r"/api/v\d", True),
        ("/api/vx", r"/api/v\d", False),
        ("/a/*", "/b/*", False),
        ("/a/*", "/a/b/*", True),
        ("/ap/*", "/api/*", False),
        ("/api/*", r"/api/v\d", True),
        ("/api/*", r"/apiary/\d", False),
        ("/api/*", r"/ap.*", True),
        ("/api/*", r"/apis?$", True),
        ("/api/*", r"/other/.*", False),
        (r"/a/.*", r"/b/.*", False),
        (r"/a/.*", r"/a/b/.*", True),
        (r"/a\.b/.*", r"/a\.c/.*", False),
        (r"/a/(x|y)", r"/b/(x|y)", False),
        (r"/a/.*|/b/.*", r"/b/.*", True),
        (r"/(a)|/b", r"/b$", True),
        (r"/ab*$", r"/a$", True),
        (re.compile("/A/", re.I), r"/a/.*", True),
        (re.compile("/a/"), re.compile("/b/"), False),
        ("*", r"/a/.*", True),
    ],
)
def test_two_areas_overlap_if_some_path_may_be_in_both(one: Any, other: Any, expected: bool) -> None:
    assert overlaps(area(one), area(other)) is expected
    assert overlaps(area(other), area(one)) is expected


@pytest.mark.parametrize(
    ("key", "inside", "outside"),
    [
        pytest.param("/api", "/api/x", "/apiary", id="subtree"),
        pytest.param("/api/*", "/api", "/apiary", id="with a star"),
        pytest.param("/api/", "/api", "/apiary", id="with a slash"),
    ],
)
def test_the_keys_of_a_native_mapping_are_subtrees(key: str, inside: str, outside: str) -> None:
    [only] = areas_of([key])
    assert only.covers(inside)
    assert not only.covers(outside)


@pytest.mark.parametrize("key", ["", "/", "/*"])
def test_the_root_of_a_native_mapping_is_everything(key: str) -> None:
    [only] = areas_of({key: None})
    assert only.shape == "everything"
    assert only.holds == "None"


def test_two_calls_that_are_apart_have_no_problem() -> None:
    _, first = selectable_from({"resources": "/a/*"}, {})
    assert overlap_problem(first, areas_of(["/b"])) is None


def test_two_calls_that_overlap_are_told_the_one_to_write() -> None:
    _, first = selectable_from({"resources": {"/api/*": {"origins": APP}}, "max_age": 60}, {})
    _, second = selectable_from({"origins": "*"}, {})
    problem = overlap_problem(first, second)
    assert isinstance(problem, ConfigError)
    written = f"resources={{'/api/*': {{'max_age': 60, 'origins': {APP!r}}}, '/*': {{'origins': '*'}}}}"
    assert f"write one: CORS(app, {written})" in str(problem)
    assert problem.problems[0].code == "overlapping-resources"


def test_what_is_written_instead_of_two_calls_comes_to_one() -> None:
    _, first = selectable_from({"resources": {"/api/*": {"origins": APP}}}, {})
    _, second = selectable_from({"resources": [re.compile("/api/v1")], "methods": ["PUT"]}, {})
    text = str(overlap_problem(first, second))
    written = text.partition("CORS(app, resources=")[2].partition(") [")[0]
    selected, areas = selectable_from({"resources": eval(written)}, {})
    assert callable(selected)
    assert len(areas) == 2


def test_two_native_calls_that_overlap_are_told_the_mapping_to_write() -> None:
    problem = overlap_problem(areas_of({"/api": Policy(allow_origins="*"), "/api/internal": None}), (EVERYTHING,))
    written = "CORS(app, {'/api': Policy(...), '/api/internal': None, '/': Policy(...)})"
    assert written in str(problem)


def test_the_one_to_write_instead_of_two_dialects_is_native() -> None:
    _, theirs = selectable_from({"resources": ["/items", r"/api/v\d"]}, {})
    written = "CORS(app, {'/items': Policy(...), '/api/v': Policy(...), '/': Policy(...)})"
    assert written in str(overlap_problem(theirs, areas_of(["/"])))
