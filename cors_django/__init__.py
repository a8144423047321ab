"""The Django middleware; so far a Django application is wrapped as any WSGI or ASGI application is.

application = CORSMiddleware(get_wsgi_application(), allow_origins=["https://app.example.com"])
"""

from cors_core import Policy, by_host, by_path, cors_policy
from cors_core.wsgi import CORSMiddleware

__all__ = ["CORSMiddleware", "Policy", "by_host", "by_path", "cors_policy"]
