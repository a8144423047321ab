"""CORS as a policy, a pure decision and a plan: https://fetch.spec.whatwg.org/#http-cors-protocol"""

from cors_core.engine import decide
from cors_core.errors import ConfigError, CORSMigrationWarning, Problem
from cors_core.marks import cors_policy
from cors_core.origins import Verdict
from cors_core.plan import Outcome, Plan
from cors_core.policy import Policy
from cors_core.request import Request
from cors_core.routing import by_host, by_path

__all__ = [
    "CORSMigrationWarning",
    "ConfigError",
    "Outcome",
    "Plan",
    "Policy",
    "Problem",
    "Request",
    "Verdict",
    "by_host",
    "by_path",
    "cors_policy",
    "decide",
]
__version__ = "0.1.0"
