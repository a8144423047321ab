"""The CORS check, and the checks beside it for opaque responses and for timing."""

from __future__ import annotations

import pytest

from cors_core.browser import CHROMIUM, FIREFOX, STANDARD, WEBKIT, Init, Profile, UserAgent, parse_page
from tests.browser.wire import API, OTHER, PAGE, Server, fetch, reply, step

ANYBODY, MISMATCH, SEVERAL, ABSENT = "ACAO: *", "allow-origin-mismatch", "allow-origin-multiple", "allow-origin-missing"
MINE = f"ACAO: {PAGE}"


@pytest.mark.parametrize("profile", [STANDARD, CHROMIUM, FIREFOX, WEBKIT], ids=lambda profile: profile.name)
@pytest.mark.parametrize(
    ("lines", "credentials", "failed"),
    [
        pytest.param([], "omit", ABSENT, id="R24-absent"),
        pytest.param([MINE, MINE], "omit", SEVERAL, id="R24-twice"),
        pytest.param([ANYBODY, ANYBODY], "omit", SEVERAL, id="R24-star-twice"),
        pytest.param([ANYBODY, MINE], "omit", SEVERAL, id="R24-star-and-origin"),
        pytest.param([f"ACAO: {PAGE}, {PAGE}"], "omit", SEVERAL, id="R24-list"),
        pytest.param([f"ACAO: {PAGE} https://b.example"], "omit", SEVERAL, id="R30-list-with-space"),
        pytest.param([ANYBODY], "omit", "", id="R25-star-omit"),
        pytest.param([ANYBODY], "same-origin", "", id="R25-star-same-origin"),
        pytest.param([ANYBODY, "ACAC: true"], "same-origin", "", id="R25-star-and-credentials-not-included"),
        pytest.param([ANYBODY], "include", "allow-origin-wildcard", id="R25-star-include"),
        pytest.param([ANYBODY, "ACAC: true"], "include", "allow-origin-wildcard", id="R25-star-include-allowed"),
        pytest.param([MINE], "omit", "", id="R26-origin"),
        pytest.param([f"ACAO:  \t{PAGE} \t"], "omit", "", id="R26-space-and-tab"),
        pytest.param(["ACAO:\t*"], "omit", "", id="R26-tab-star"),
        pytest.param(["ACAO: *\v"], "omit", MISMATCH, id="R26-vertical-tab"),
        pytest.param(["ACAO: *\f"], "omit", MISMATCH, id="R26-form-feed"),
        pytest.param(["ACAO: \xa0*"], "omit", MISMATCH, id="R26-no-break-space"),
        pytest.param(['ACAO: "*"'], "omit", MISMATCH, id="R26-quoted-star"),
        pytest.param([f'ACAO: "{PAGE}"'], "omit", MISMATCH, id="R26-quoted-origin"),
        pytest.param([f"{MINE}/"], "omit", MISMATCH, id="R26-slash"),
        pytest.param([f"{MINE}:443"], "omit", MISMATCH, id="R26-default-port"),
        pytest.param(["ACAO: https://*.example"], "omit", MISMATCH, id="R26-pattern"),
        pytest.param(["ACAO: HTTPS://page.example"], "omit", MISMATCH, id="R26-capitals"),
        pytest.param(["ACAO: http://page.example"], "omit", MISMATCH, id="R26-scheme"),
        pytest.param(["ACAO: page.example"], "omit", MISMATCH, id="R26-no-scheme"),
        pytest.param(["ACAO:"], "omit", MISMATCH, id="R26-empty"),
        pytest.param(["ACAO: null"], "omit", MISMATCH, id="R28-null"),
        pytest.param([MINE, "ACAC: true"], "include", "", id="R27-true"),
        pytest.param([MINE, "ACAC: \ttrue "], "include", "", id="R27-padded"),
        pytest.param([MINE], "include", "allow-credentials", id="R27-absent"),
        *(
            pytest.param([MINE, f"ACAC: {value}"], "include", "allow-credentials", id=f"R27-{value}")
            for value in ("True", "TRUE", '"true"', "1", "yes", "true, true", "", "false")
        ),
        pytest.param([MINE, "ACAC: true", "ACAC: true"], "include", "allow-credentials", id="R27-twice"),
        pytest.param([MINE, "ACAC: false"], "omit", "", id="R27-not-included"),
        pytest.param(["access-control-allow-origin: *"], "omit", "", id="R24-name-in-lower-case"),
    ],
)
def test_the_cors_check(profile: Profile, lines: list[str], credentials: str, failed: str) -> None:
    server = Server(reply(*lines))
    result = fetch(server, credentials=credentials, profile=profile)
    assert step(result) == failed
    assert result.delivered == (not failed)
    assert result.sent, "R82: the server has carried it out all the same"
    assert server.methods == "GET"


@pytest.mark.parametrize(
    ("lines", "failed"),
    [
        pytest.param(["ACAO: null", "ACAC: true"], "", id="R28-null"),
        pytest.param(["ACAO: NULL", "ACAC: true"], MISMATCH, id="R28-capitals"),
        pytest.param([MINE, "ACAC: true"], MISMATCH, id="R28-origin"),
    ],
)
def test_the_cors_check_of_an_opaque_page(lines: list[str], failed: str) -> None:
    assert step(fetch(Server(reply(*lines)), page="null", credentials="include")) == failed


@pytest.mark.parametrize("status", [200, 204, 206, 299, 300, 304, 305, 400, 401, 404, 407, 500, 503, 699, 999])
def test_the_status_of_the_actual_response_does_not_matter(status: int) -> None:
    """R29, R32, R78: it is delivered with permission, and a network error without."""
    result = fetch(Server(reply(MINE, status=status)))
    assert result.response is not None
    assert (result.response.status, result.response.body) == (status, b"body")
    assert step(fetch(Server(reply(status=status)))) == ABSENT


@pytest.mark.parametrize("status", [-1, 0, 99, 100, 101, 199, 1000])
def test_a_status_that_is_no_answer_is_a_network_error(status: int) -> None:
    assert step(fetch(Server(reply(MINE, status=status)))) == "malformed-response"


@pytest.mark.parametrize("line", ["X-A: a\0b", "X-A: a\nb", "X-A: a\rb", "X A: b", ": b"])
def test_a_malformed_header_is_a_network_error(line: str) -> None:
    result = fetch(Server(reply(MINE, line)))
    assert step(result) == "malformed-response"
    assert result.failure is not None
    assert repr(line.partition(":")[0]) in result.failure.sentence


def test_a_server_that_raises_is_a_network_error_with_its_cause() -> None:
    cause = ConnectionResetError("gone")

    def broken(outgoing: object) -> object:
        raise cause

    result = fetch(broken)  # type: ignore[arg-type]
    assert step(result) == "no-response"
    assert result.failure is not None
    assert result.failure.cause is cause
    assert "gone" in result.failure.sentence
    assert [response for _, response in result.exchanges] == [None]


# --- Opaque responses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "url", "policy", "delivered"),
    [
        pytest.param(PAGE, API, None, True, id="R84-absent"),
        pytest.param(PAGE, API, "cross-origin", True, id="R84-cross-origin"),
        pytest.param(PAGE, API, "same-origin", False, id="R84-same-origin"),
        pytest.param(PAGE, API, "same-site", False, id="R84-same-site-from-another-site"),
        pytest.param("https://www.api.example", API, "same-site", True, id="R84-same-site"),
        pytest.param("https://www.api.example", API, "same-origin", False, id="R84-same-site-but-not-origin"),
        pytest.param("http://www.api.example", API, "same-site", False, id="R84-same-site-from-http-to-https"),
        pytest.param(
            "https://www.api.example", "http://api.example/", "same-site", True, id="R84-same-site-from-https-to-http"
        ),
        pytest.param(PAGE, f"{PAGE}/x", "same-origin", True, id="R84-own"),
        pytest.param(PAGE, API, "Same-Origin", True, id="R84-case-sensitive"),
        pytest.param(PAGE, API, "same-origin, same-origin", True, id="R84-list-matches-nothing"),
        pytest.param(PAGE, API, "nonsense", True, id="R84-unknown"),
    ],
)
def test_resource_policy_guards_opaque_responses(page: str, url: str, policy: str | None, delivered: bool) -> None:
    server = Server(reply(*([f"CORP: {policy}"] if policy else [])))
    agent = UserAgent(server, same_site=lambda one, other: one.host.endswith(other.host))
    result = agent.fetch(url, Init(mode="no-cors"), page=parse_page(page))
    assert step(result) == ("" if delivered else "resource-policy")


def test_resource_policy_does_not_matter_to_cors() -> None:
    assert fetch(Server(reply(MINE, "CORP: same-origin"))).delivered, "R84"


def test_an_opaque_response_shows_nothing() -> None:
    server = Server(reply(MINE, "X-A: 1", "ACEH: *", "Content-Type: text/plain", status=404))
    response = fetch(server, mode="no-cors", credentials="include").response
    assert response is not None
    assert (response.type, response.status, response.headers, response.body, response.url) == ("opaque", 0, (), b"", "")
    assert server.requests[0].credentials


def test_no_cors_only_follows_redirects() -> None:
    for redirect in ("error", "manual"):
        server = Server()
        assert step(fetch(server, mode="no-cors", redirect=redirect)) == "no-cors-redirect", "R91"
        assert not server.log
    at_home = Server(reply("Location: /y", status=302))
    assert step(fetch(at_home, f"{PAGE}/x", mode="no-cors", redirect="manual")) == ""


def test_what_has_become_opaque_stays_so() -> None:
    back = {API: reply(f"Location: {PAGE}/back", status=302)}
    result = fetch(Server(at=back), mode="no-cors")
    assert result.response is not None
    assert result.response.type == "opaque"


@pytest.mark.parametrize(
    ("url", "failed"),
    [
        pytest.param(API, "same-origin-mode", id="R92-another-origin"),
        pytest.param("https://page.example:8443/", "same-origin-mode", id="R92-another-port"),
        pytest.param(f"{PAGE}/x", "", id="R92-own-origin"),
    ],
)
def test_mode_same_origin(url: str, failed: str) -> None:
    server = Server(reply())
    assert step(fetch(server, url, mode="same-origin", method="PUT", headers={"X-A": "1"})) == failed
    assert server.methods == ("" if failed else "PUT")


@pytest.mark.parametrize("port", [1, 22, 25, 139, 2049, 5060, 6000, 6566, 6667, 6697, 10080, 4190])
@pytest.mark.parametrize("mode", ["cors", "no-cors"])
def test_bad_ports_are_never_asked(port: int, mode: str) -> None:
    server = Server()
    assert step(fetch(server, f"http://api.example:{port}/", mode=mode)) == "bad-port", "R92"
    assert not server.log
    assert step(fetch(server, f"http://api.example:{port}/", page=f"http://api.example:{port}")) == "bad-port"


@pytest.mark.parametrize("port", [80, 443, 3000, 5000, 8000, 8080, 8443, 9000, 6001])
def test_other_ports_are(port: int) -> None:
    assert fetch(Server(), f"http://api.example:{port}/").delivered, "R92"


@pytest.mark.parametrize("mode", ["cors", "no-cors"])
@pytest.mark.parametrize("url", ["data:,x", "file:///x", "ftp://a.example/", "about:blank", "capacitor://localhost/"])
def test_what_leads_to_no_server_is_not_fetched(mode: str, url: str) -> None:
    server = Server()
    assert step(fetch(server, url, mode=mode)) == "scheme"
    assert not server.log


# --- Timing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([], False),
        (["TAO: *"], True),
        ([f"TAO: {PAGE}"], True),
        (["TAO: https://b.example"], False),
        ([f"TAO: https://b.example, {PAGE}"], True),
        ([f"TAO: {PAGE},"], True),
        (["TAO: https://b.example", f"TAO: {PAGE}"], True),
        (["TAO: https://b.example, *"], True),
        (["TAO: HTTPS://PAGE.EXAMPLE"], False),
        ([f"TAO: {PAGE}/"], False),
        ([f'TAO: "{PAGE}"'], False),
        (["TAO: null"], False),
        (["TAO: https://*.example"], False),
        ([f"TAO: {PAGE} https://b.example"], False),
        (["TAO:"], False),
    ],
    ids=lambda value: "R83-" + "|".join(value) if isinstance(value, list) else "",
)
def test_timing_is_told_to_whom_the_response_lists(lines: list[str], told: bool) -> None:
    response = fetch(Server(reply(MINE, *lines))).response
    assert response is not None
    assert response.timing_allowed is told


def test_timing_at_home_needs_no_permission() -> None:
    response = fetch(Server(reply()), f"{PAGE}/x").response
    assert response is not None
    assert response.timing_allowed, "R83"


@pytest.mark.parametrize(("first", "told"), [("TAO: *", True), (f"TAO: {PAGE}", True), ("X-A: b", False)])
def test_every_hop_must_tell_its_timing(first: str, told: bool) -> None:
    hop = reply(ANYBODY, first, f"Location: {OTHER}", status=302)
    response = fetch(Server(reply(ANYBODY, "TAO: *"), at={API: hop})).response
    assert response is not None
    assert response.timing_allowed is told, "R83"
