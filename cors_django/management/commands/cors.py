"""`manage.py cors routes`: which policy applies to which URL pattern, as the project itself would say.

Reads the URLconf and asks the views and the settings; decides nothing.
"""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from cors_core import ConfigError, describing, translate
from cors_django import options
from cors_django.routes import Row, rows

_HEADINGS: Final = ("Route", "Methods", "View", "From", "Policy")


class Command(BaseCommand):
    """The subcommands of `manage.py cors`."""

    help = "Show what CORS makes of this project."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the subcommands."""
        routes = parser.add_subparsers(dest="subcommand", required=True).add_parser(
            "routes",
            help="the policy of each URL pattern and method",
            description="Show the policy of each URL pattern and method. "
            "A variable part of a path is looked up under its own name: /users/<int:id> as /users/id.",
        )
        routes.add_argument("--format", choices=("table", "json"), default="table", help="[default: table]")
        routes.add_argument("--urlconf", help="the URLconf to show  [default: ROOT_URLCONF]")
        routes.add_argument(
            "--host",
            help="the name in Host, where policies hang on it  [default: the first name in ALLOWED_HOSTS]",
        )

    def handle(self, *_: Any, **given: Any) -> None:
        """Print what was asked for; raises `CommandError`, with every problem of the configuration."""
        try:
            with translate.gathered():  # the system checks tell of what the settings mean now
                selectable = options.selectable(settings, asynchronous=False)
                found = list(rows(selectable, given["urlconf"], given["host"]))
        except (ConfigError, ImproperlyConfigured, ImportError) as error:
            raise CommandError(str(error)) from error
        if given["format"] == "json":
            self.stdout.write(json.dumps([_object(row) for row in found], indent=2))
        elif any(row.policy is not None for row in found):
            for line in describing.table(_HEADINGS, map(_cells, found)):
                self.stdout.write(describing.printable(line, getattr(self.stdout, "encoding", None)))
        else:
            self.stdout.write("No route has a policy; write CORS_POLICY, or mark views with @cors_policy(...).")


def _object(row: Row) -> dict[str, object]:
    """A row as JSON has it."""
    return {
        "route": row.route,
        "methods": row.methods,
        "actions": row.actions,
        "name": row.name,
        "view": row.view,
        "from": row.where,
        "policy": describing.in_full(row.policy),
    }


def _cells(row: Row) -> tuple[str, ...]:
    handled = [f"{method}:{row.actions[method]}" if method in row.actions else method for method in row.methods]
    return row.route, ",".join(handled), row.view, row.where, describing.in_brief(row.policy)
