"""CORS for Flask: change `from flask_cors import CORS` to `from cors_flask import CORS`, and keep the rest.

    CORS(app, allow_origins=["https://app.example.com"])

Native options are `Policy`'s fields; flask-cors's are understood as they are.
"""

from cors_core import Policy, __version__, by_host, by_path
from cors_flask.decorator import cors_policy, cross_origin
from cors_flask.extension import CORS

__all__ = ["CORS", "Policy", "__version__", "by_host", "by_path", "cors_policy", "cross_origin"]
