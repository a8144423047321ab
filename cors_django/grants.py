"""What a receiver of `check_request_enabled` may answer besides True and False; imports nothing of Django."""

from __future__ import annotations

import enum
from typing import Final


class Grant(enum.Enum):
    """A yes that says more than True."""

    WITH_CREDENTIALS = "with credentials"


ALLOW_WITH_CREDENTIALS: Final = Grant.WITH_CREDENTIALS
"""A yes that goes for cookies, too."""
