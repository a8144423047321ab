"""One WSGI application, two policies and a hole, chosen by path.

gunicorn two_policies
curl -i http://127.0.0.1:8000/public/prices -H 'Origin: https://anyone.example'
"""

from cors_core import Policy, by_path
from cors_core.wsgi import CORSMiddleware

public = Policy(allow_origins="*")
partners = Policy(allow_origins=["https://partner.example"], allow_methods=["PUT", "DELETE"])


def echo_path(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [environ["PATH_INFO"].encode("latin-1"), b"\n"]


application = CORSMiddleware(
    echo_path,
    by_path({"/public": public, "/orders": partners, "/orders/internal": None}),
)
