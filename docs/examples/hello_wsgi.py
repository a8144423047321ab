"""A WSGI application, to be served by gunicorn.

gunicorn hello_wsgi
curl -i http://127.0.0.1:8000/ -H 'Origin: https://app.example.com'
"""

from cors_core.wsgi import CORSMiddleware


def hello(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
    return [b"Hello from another origin.\n"]


application = CORSMiddleware(hello, allow_origins=["https://app.example.com"])
