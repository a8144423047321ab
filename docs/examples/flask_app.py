"""A Flask application: the policy stands around `wsgi_app`, so that hooks, errors and redirects are inside it.

flask --app flask_app run
curl -i http://127.0.0.1:5000/orders -H 'Origin: https://app.example.com'
"""

from flask import Flask, abort, request

from cors_core.wsgi import CORSMiddleware

app = Flask(__name__)


@app.before_request
def require_token():
    """Never sees a preflight: browsers send those without a token, and they are answered further out."""
    if request.headers.get("Authorization") != "Bearer secret":
        abort(401)


@app.put("/orders")
def save():
    return {"saved": True}


app.wsgi_app = CORSMiddleware(
    app.wsgi_app,
    allow_origins=["https://app.example.com"],
    allow_methods=["PUT"],
    allow_headers=["Authorization"],
)
