"""A Flask application: `CORS` stands around it, so that hooks, errors and redirects are inside.

flask --app flask_app run
curl -i http://127.0.0.1:5000/orders -H 'Origin: https://app.example.com'
"""

from flask import Flask, abort, request

from cors_flask import CORS

app = Flask(__name__)
CORS(app, allow_origins=["https://app.example.com"], allow_methods=["PUT"], allow_headers=["Authorization"])


@app.before_request
def require_token():
    """Never sees a preflight: browsers send those without a token, and they are answered further out."""
    if request.headers.get("Authorization") != "Bearer secret":
        abort(401)


@app.put("/orders")
def save():
    return {"saved": True}
