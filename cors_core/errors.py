"""What is wrong with a configuration, in words and in codes.

Knows no option by name: the modules that check say what is wrong and what to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a configuration.

    `code` is stable and documented, `field` the option, `value` what was given (as text), and
    `message` a sentence that ends with what to write instead.
    """

    code: str
    field: str
    value: str
    message: str

    def __str__(self) -> str:
        return f"{self.field}: {self.value}: {self.message} [{self.code}]"


class ConfigError(ValueError, TypeError):
    """Raised once for a configuration, with every problem it has (`problems`, a tuple of `Problem`)."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = "1 problem" if count == 1 else f"{count} problems"
        super().__init__("\n".join([f"{head} in the CORS configuration:", *(f"  * {p}" for p in self.problems)]))

    def __reduce__(self) -> tuple[type[ConfigError], tuple[tuple[Problem, ...]]]:
        return type(self), (self.problems,)


class CORSMigrationWarning(UserWarning):
    """Issued when an option of another library was accepted but means something else, or nothing, here."""


class Problems:
    """The problems found so far; `check` raises them together."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, code: str, field: str, value: object, message: str) -> None:
        """Remember one problem; `value` is kept as text, shortened."""
        self.found.append(Problem(code, field, shown(value), message))

    def check(self) -> None:
        """Raise `ConfigError` if there is any problem."""
        if self.found:
            raise ConfigError(self.found)


def mistake(code: str, field: str, value: object, message: str) -> ConfigError:
    """Return the error for a configuration that has one problem, and cannot have more; raise it."""
    return ConfigError([Problem(code, field, shown(value), message)])


def nearest(name: str, known: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the known name that was probably meant, or None."""
    import difflib  # only a mistake has a use for it

    return next(iter(difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)), None)


def shown(value: object, limit: int = 200) -> str:
    """Return `value` as printable ASCII of at most `limit` characters, fit for one log line."""
    if isinstance(value, str):
        text = ascii(value[: limit + 1])
    else:
        try:
            text = ascii(value)
        except ValueError:  # an integer of thousands of digits
            text = type(value).__name__
    return text if len(text) <= limit else text[: limit - 3] + "..."
