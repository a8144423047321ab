"""With which requests cookies and passwords go."""

from __future__ import annotations

import pytest

from tests.browser.wire import API, ECHO, PAGE, Server, fetch, reply

HOME = f"{PAGE}/x"


@pytest.mark.parametrize(
    ("credentials", "mode", "url", "sent"),
    [
        pytest.param("omit", "cors", HOME, False, id="R79-omit-at-home"),
        pytest.param("omit", "cors", API, False, id="R79-omit"),
        pytest.param("same-origin", "cors", HOME, True, id="R79-same-origin-at-home"),
        pytest.param("same-origin", "cors", API, False, id="R79-same-origin-abroad"),
        pytest.param("include", "cors", HOME, True, id="R79-include-at-home"),
        pytest.param("include", "cors", API, True, id="R79-include"),
        pytest.param("include", "no-cors", API, True, id="R79-include-no-cors"),
        pytest.param("same-origin", "no-cors", API, False, id="R79-same-origin-no-cors"),
        pytest.param("same-origin", "no-cors", HOME, True, id="R79-same-origin-no-cors-at-home"),
    ],
)
def test_with_which_requests_credentials_go(credentials: str, mode: str, url: str, sent: bool) -> None:
    server = Server(reply(*ECHO))
    assert fetch(server, url, credentials=credentials, mode=mode).delivered
    assert server.requests[0].credentials is sent


@pytest.mark.parametrize(
    ("credentials", "sent"),
    [("omit", [False] * 3), ("same-origin", [True, False, False]), ("include", [True] * 3)],
    ids=lambda value: f"R79-{value}" if isinstance(value, str) else "",
)
def test_credentials_are_decided_hop_by_hop(credentials: str, sent: list[bool]) -> None:
    """Home, abroad, and home again: coming back does not make it a request at home."""
    back = reply("ACAO: null", "ACAC: true")
    server = Server(back, at={HOME: reply(f"Location: {API}", status=302)})
    server.at[API] = reply(*ECHO, f"Location: {PAGE}/y", status=302)
    assert fetch(server, HOME, credentials=credentials).delivered
    assert [outgoing.credentials for outgoing in server.requests] == sent


def test_credentials_go_although_the_answer_will_be_refused() -> None:
    """R79, R82: cookies are sent, and stored, whatever the CORS check says then."""
    server = Server(reply("Set-Cookie: a=b"))
    result = fetch(server, method="POST", credentials="include")
    assert not result.delivered
    assert result.sent
    assert server.requests[0].credentials


def test_preflights_never_carry_any() -> None:
    server = Server(reply(*ECHO), reply(*ECHO, "ACAM: PUT", status=204))
    assert fetch(server, method="PUT", credentials="include").delivered
    assert [outgoing.credentials for outgoing in server.log] == [False, True], "R19"
