"""An API that everyone may read, and that one dashboard uses with its cookies.

gunicorn dashboard
curl -i http://127.0.0.1:8000/ -H 'Origin: https://anyone.example'
curl -i http://127.0.0.1:8000/ -H 'Origin: https://dashboard.example.com'
"""

from cors_core.wsgi import CORSMiddleware


def whoami(environ, start_response):
    name = "you" if "session=" in environ.get("HTTP_COOKIE", "") else "a stranger"
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "private")])
    return [f"Hello, {name}.\n".encode()]


application = CORSMiddleware(
    whoami,
    allow_origins="*",
    allow_credentials=["https://dashboard.example.com"],
)
