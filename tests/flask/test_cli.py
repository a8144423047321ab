"""`flask cors routes`: what it prints is what applies."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Blueprint, Flask
from flask.views import MethodView

from cors_flask import CORS, Policy, by_host, cors_policy, cross_origin
from cors_flask.cli import cors

APP = "https://app.example.com"
SHOP = "https://shop.example.net"


def is_of_the_shop(origin: str) -> bool:
    return origin == SHOP


class Partners:
    """A predicate without a name."""

    def __call__(self, origin: str) -> bool:
        return False


def view(**values: str) -> str:
    return ""


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(cors, ["routes", *arguments])


def objects(app: Flask, *arguments: str) -> list[dict[str, Any]]:
    """What is printed as JSON, without Flask's own rule."""
    result = run(app, "--format", "json", *arguments)
    assert result.exit_code == 0, result.output
    return [row for row in json.loads(result.stdout) if row["endpoint"] != "static"]


def lines(app: Flask) -> list[str]:
    result = run(app)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


@pytest.fixture
def app() -> Flask:
    return Flask("shop", static_folder=None)


def test_each_rule_is_shown_with_its_policy_and_where_it_comes_from(app: Flask) -> None:
    app.add_url_rule("/api/users/<int:id>", "user", view, methods=["GET", "PUT"])
    app.add_url_rule("/health", "health", view)
    app.add_url_rule("/admin", "admin", cors_policy(None)(lambda: ""))
    CORS(app, {"/api": Policy(allow_origins=[APP], allow_methods=["PUT"], allow_credentials=True)})
    heading, rule, *rows = lines(app)
    assert heading.split() == ["Rule", "Methods", "Endpoint", "From", "Policy"]
    assert set(rule) == {"-", " "}
    assert [re.split(r"  +", row) for row in rows] == [
        ["/admin", "GET", "admin", "the view", "-"],
        ["/api/users/<int:id>", "GET,PUT", "user", "the application", f"{APP} with credentials; methods PUT"],
        ["/health", "GET", "health", "nothing", "-"],
    ]


def test_columns_stand_under_each_other(app: Flask) -> None:
    app.add_url_rule("/a", "a", view)
    app.add_url_rule("/a/very/long/rule", "long", view)
    CORS(app, allow_origins=[APP])
    heading, _, first, second = lines(app)
    assert heading.index("Policy") == first.index(APP) == second.index(APP)


def test_methods_of_one_rule_with_two_policies_are_two_rows(app: Flask) -> None:
    class Orders(MethodView):
        def get(self) -> str:
            return ""

        def delete(self) -> str:
            return ""

        @cors_policy(Policy(allow_origins=[SHOP]))
        def put(self) -> str:
            return ""

    app.add_url_rule("/orders", view_func=Orders.as_view("orders"))
    CORS(app, allow_origins=[APP])
    assert [(row["methods"], row["policy"]["allow_origins"], row["from"]) for row in objects(app)] == [
        (["DELETE", "GET"], [APP], "the application"),
        (["PUT"], [SHOP], "the view"),
    ]


def test_a_blueprint_is_named(app: Flask) -> None:
    admin = Blueprint("admin", __name__)
    admin.add_url_rule("/users", "users", view)
    CORS(admin, allow_origins=[SHOP])
    app.register_blueprint(admin, url_prefix="/admin")
    [row] = objects(app)
    assert (row["rule"], row["endpoint"], row["from"]) == ("/admin/users", "admin.users", "blueprint admin")


def test_json_has_every_field_of_a_policy(app: Flask) -> None:
    app.add_url_rule("/a", "a", view)
    CORS(app, Policy(allow_origins=[APP, re.compile(r"https://\w+\.example\.net")], allow_headers=["X-Token"]))
    [row] = objects(app)
    assert row == {
        "rule": "/a",
        "methods": ["GET"],
        "endpoint": "a",
        "from": "the application",
        "policy": {
            "allow_origins": [APP, {"regex": r"https://\w+\.example\.net"}],
            "allow_methods": [],
            "allow_headers": ["X-Token"],
            "expose_headers": [],
            "allow_credentials": False,
            "max_age": 600,
            "allow_private_network": False,
            "enforce": False,
            "preflight_status": 204,
            "shared_max_age": None,
            "dangerously_allow": [],
        },
    }


def test_json_of_a_rule_without_policy_says_null(app: Flask) -> None:
    app.add_url_rule("/a", "a", view)
    [row] = objects(app)
    assert (row["policy"], row["from"]) == (None, "nothing")


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        pytest.param(Policy(allow_origins="*"), "everyone", id="everyone"),
        pytest.param(Policy(allow_origins=()), "nobody", id="nobody"),
        pytest.param(Policy(allow_origins=(), allow_credentials=True), "nobody", id="nobody, with credentials"),
        pytest.param(
            Policy(allow_origins="*", allow_credentials=[APP]),
            f"everyone; credentials for {APP}",
            id="some credentials",
        ),
        pytest.param(
            Policy(allow_origins=[f"https://a{number}.net" for number in range(5)]),
            "https://a0.net, https://a1.net, https://a2.net and 2 more",
            id="many",
        ),
        pytest.param(
            Policy(allow_origins=[re.compile(r"https://a\.b")]), r"re 'https://a\\.b'", id="regular expression"
        ),
        pytest.param(Policy(allow_origins=[is_of_the_shop]), "is_of_the_shop()", id="predicate"),
        pytest.param(Policy(allow_origins=[Partners()]), "Partners()", id="predicate, an object"),
        pytest.param(
            Policy(allow_origins=[APP], allow_methods="*", allow_headers="*"),
            f"{APP}; any method; any header",
            id="any method and header",
        ),
        pytest.param(
            Policy(allow_origins=[APP], allow_headers=["X-Token", "x-amz-*"]),
            f"{APP}; headers X-Token, x-amz-*",
            id="headers",
        ),
    ],
)
def test_a_policy_in_a_few_words(app: Flask, policy: Policy, words: str) -> None:
    app.add_url_rule("/a", "a", view)
    CORS(app, policy)
    assert lines(app)[-1].endswith(f"  {words}")
    assert objects(app)


@pytest.mark.parametrize(
    ("methods", "shown"),
    [
        pytest.param(["GET", "POST"], ["GET", "POST"], id="HEAD and OPTIONS go without saying"),
        pytest.param(["HEAD"], ["HEAD"], id="HEAD alone"),
        pytest.param(["GET", "OPTIONS"], ["GET", "OPTIONS"], id="OPTIONS of the view's own"),
    ],
)
def test_methods_that_somebody_wrote_are_shown(app: Flask, methods: list[str], shown: list[str]) -> None:
    app.add_url_rule("/a", "a", view, methods=methods)
    CORS(app, allow_origins=[APP])
    assert objects(app)[0]["methods"] == shown


def test_a_rule_that_names_no_method_stands_for_any(app: Flask) -> None:
    app.url_map.add(app.url_rule_class("/any", endpoint="any"))
    app.view_functions["any"] = view
    CORS(app, allow_origins=[APP])
    assert objects(app)[0]["methods"] == ["any"]


def test_marks_are_shown_without_the_extension(app: Flask) -> None:
    app.add_url_rule("/a", "a", cross_origin(origins=[APP])(lambda: ""))
    app.add_url_rule("/b", "b", view)
    first, second = objects(app)
    assert (first["policy"]["allow_origins"], first["from"]) == ([APP], "the view")
    assert (second["policy"], second["from"]) == (None, "nothing")


def test_marks_are_shown_after_a_request(app: Flask) -> None:
    app.add_url_rule("/a", "a", cross_origin(origins=[APP])(lambda: ""))
    app.test_client().get("/a")
    assert objects(app)[0]["policy"]["allow_origins"] == [APP]


def test_an_application_without_any_policy_is_told_what_to_write(app: Flask) -> None:
    app.add_url_rule("/a", "a", view)
    [line] = lines(app)
    assert "CORS(app, allow_origins=" in line


def test_policies_by_host_are_shown_for_a_host(app: Flask) -> None:
    app.add_url_rule("/a", "a", view)
    CORS(app, by_host({"a.example.com": Policy(allow_origins=[APP]), "b.example.com": Policy(allow_origins=[SHOP])}))
    assert objects(app)[0]["policy"]["allow_origins"] == []
    assert objects(app, "--host", "b.example.com")[0]["policy"]["allow_origins"] == [SHOP]
    app.config["SERVER_NAME"] = "a.example.com"
    assert objects(app)[0]["policy"]["allow_origins"] == [APP]


def test_the_host_of_a_rule_is_shown_and_asked_about() -> None:
    app = Flask("shop", static_folder=None, host_matching=True)
    app.add_url_rule("/a", "a", view, host="a.example.com")
    CORS(app, by_host({"a.example.com": Policy(allow_origins=[APP])}))
    [row] = objects(app)
    assert (row["rule"], row["policy"]["allow_origins"]) == ("a.example.com/a", [APP])


def test_the_subdomain_of_a_rule_is_shown_and_asked_about(app: Flask) -> None:
    app.config["SERVER_NAME"] = "example.com"
    app.add_url_rule("/a", "a", view, subdomain="api")
    CORS(app, by_host({"api.example.com": Policy(allow_origins=[APP])}))
    [row] = objects(app)
    assert (row["rule"], row["policy"]["allow_origins"]) == ("api./a", [APP])


def test_a_selector_that_raises_is_shown_as_what_a_request_would_meet(app: Flask) -> None:
    def broken(request: object) -> Policy:
        raise LookupError

    app.add_url_rule("/a", "a", view)
    CORS(app, broken)
    [row] = objects(app)
    assert row["policy"]["allow_origins"] == []
    assert row["from"].endswith("whose selector raised LookupError")


def test_a_wrong_option_is_told_without_a_traceback(app: Flask) -> None:
    app.config["CORS_MAX_AGE"] = "soon"
    app.add_url_rule("/a", "a", cross_origin(origins=[APP])(lambda: ""))
    result = run(app)
    assert result.exit_code == 1
    assert "in the CORS configuration" in result.output
    assert "Traceback" not in result.output


SITE = """
from flask import Flask
from cors_flask import CORS
app = Flask(__name__, static_folder=None)
app.add_url_rule("/b\\u00fccher/<titel>", "books", lambda titel: "")
CORS(app, allow_origins={origins})
"""

Command = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def flask_command(tmp_path: Path) -> Command:
    def run(origins: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "site_of_mine.py").write_text(SITE.format(origins=origins), encoding="utf-8")
        command = [sys.executable, "-m", "flask", "--app", "site_of_mine", "cors", *arguments]
        env = {**os.environ, "PYTHONIOENCODING": "utf-8", **environ}
        return subprocess.run(
            command, cwd=tmp_path, env=env, capture_output=True, text=True, encoding="utf-8", check=False
        )

    return run


def test_the_command_is_flask_s_own(flask_command: Command) -> None:
    done = flask_command(f"[{APP!r}]", "routes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].split() == ["/bücher/<titel>", "GET", "books", "the", "application", APP]
    assert json.loads(flask_command(f"[{APP!r}]", "routes", "--format=json").stdout)[0]["rule"] == "/bücher/<titel>"


def test_a_terminal_without_the_letters_gets_them_escaped(flask_command: Command) -> None:
    done = flask_command(f"[{APP!r}]", "routes", PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert r"/b\xfccher/<titel>" in done.stdout


def test_a_configuration_that_does_not_build_is_told_without_a_traceback(flask_command: Command) -> None:
    done = flask_command(f"[{APP + '/'!r}]", "routes")
    assert done.returncode == 1
    assert f"write '{APP}' [not-an-origin]" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_help_says_what_it_is_for(flask_command: Command) -> None:
    assert "Show the policy of each rule" in flask_command("()", "routes", "--help").stdout
