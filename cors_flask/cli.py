"""`flask cors`: which policy applies to which route, as the application itself would say.

Reads the URL map and asks the extension; decides nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

import click
from flask.cli import ScriptInfo, pass_script_info

from cors_core import ConfigError, Policy, Request, describing
from cors_core.routing import NOBODY
from cors_flask.extension import Installed
from cors_flask.marks import Policies
from cors_flask.views import Views

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.routing import Rule

_HEADINGS: Final = ("Rule", "Methods", "Endpoint", "From", "Policy")


class Row(NamedTuple):
    """Some methods of one rule that share a policy; `where` is what gave it to them."""

    rule: str
    methods: tuple[str, ...]
    endpoint: str
    policy: Policy | None
    where: str


@click.group()
def cors() -> None:
    """Show what CORS makes of this application."""


@cors.command()
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
@click.option("--host", help="The name in Host, where policies hang on it.  [default: the rule's own, or SERVER_NAME]")
@pass_script_info
def routes(info: ScriptInfo, form: str, host: str | None) -> None:
    """Show the policy of each rule and method.

    A variable part of a rule is looked up under its own name: /users/<int:id> as /users/id.
    """
    try:
        app = info.load_app()
        with app.app_context():
            rows = list(_rows(app, host))
    except ConfigError as error:
        raise click.ClickException(str(error)) from None
    if form == "json":
        click.echo(json.dumps([_object(row) for row in rows], indent=2))
    elif any(row.policy is not None for row in rows):
        _print(describing.table(_HEADINGS, map(_cells, rows)))
    else:
        click.echo("No rule has a policy; write CORS(app, allow_origins=[...]), or mark views with @cors_policy(...).")


def _rows(app: Flask, host: str | None) -> Iterator[Row]:
    views = _views(app)
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (_domain(rule), rule.rule, rule.endpoint)):
        name = host or rule.host or _below(rule.subdomain, app.config.get("SERVER_NAME"))

        def applying(method: str, rule: Rule = rule, name: str | None = name) -> tuple[Policy | None, str]:
            request = Request(method, describing.sample_path(rule.rule), host=name, raw={})
            return _applying(views, rule.endpoint, request)

        for methods, policy, where in describing.by_policy(_methods(rule), applying):
            yield Row(_domain(rule) + rule.rule, methods, rule.endpoint, policy, where)


def _views(app: Flask) -> Views:
    """What knows the policies: the extension, or, where it is not installed, the marks of the views alone."""
    installed: object = app.extensions.get("cors")
    return installed.views() if isinstance(installed, Installed) else Views(app, (), (), Policies(app))


def _applying(views: Views, endpoint: str, request: Request) -> tuple[Policy | None, str]:
    where = views.where(endpoint, request.method, request.path)
    try:
        return views.chosen(endpoint, request.method, request), where
    except Exception as error:  # a selector of the user's; a request would be answered in the same way
        return NOBODY, f"{where}, whose selector raised {type(error).__name__}"


def _below(subdomain: str | None, server_name: str | None) -> str | None:
    return f"{subdomain}.{server_name}" if subdomain and server_name else server_name


def _domain(rule: Rule) -> str:
    """The host, or the subdomain, that a rule is bound to."""
    return rule.host or (f"{rule.subdomain}." if rule.subdomain else "")


def _methods(rule: Rule) -> list[str]:
    """The methods that somebody wrote, without those that Flask and Werkzeug add."""
    if rule.methods is None:
        return [describing.ANY]
    added = {"HEAD"} if "GET" in rule.methods else set()
    if getattr(rule, "provide_automatic_options", False):
        added.add("OPTIONS")
    return sorted(rule.methods - added)


def _object(row: Row) -> dict[str, object]:
    """A row as JSON has it."""
    return {
        "rule": row.rule,
        "methods": row.methods,
        "endpoint": row.endpoint,
        "from": row.where,
        "policy": describing.in_full(row.policy),
    }


def _cells(row: Row) -> tuple[str, ...]:
    return row.rule, ",".join(row.methods), row.endpoint, row.where, describing.in_brief(row.policy)


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(describing.printable(line, sys.stdout.encoding))
