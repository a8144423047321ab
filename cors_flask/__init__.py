"""The Flask extension; so far a Flask application is wrapped as any WSGI application is.

app.wsgi_app = CORSMiddleware(app.wsgi_app, allow_origins=["https://app.example.com"])
"""

from cors_core import Policy, by_host, by_path, cors_policy
from cors_core.wsgi import CORSMiddleware

__all__ = ["CORSMiddleware", "Policy", "by_host", "by_path", "cors_policy"]
