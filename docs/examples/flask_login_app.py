"""A Flask-Login API for a page of another site: the session cookie travels, and nobody else's page can use it.

flask --app flask_login_app run
"""

import secrets

from flask import Flask, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from cors_flask import CORS

app = Flask(__name__)
app.config.update(
    SECRET_KEY=secrets.token_hex(),  # keep yours, or nobody stays logged in
    SESSION_COOKIE_SAMESITE="None",  # for a page of the same site, Lax is enough
    SESSION_COOKIE_SECURE=True,
)
CORS(
    app,
    allow_origins=["https://app.example.com"],
    allow_methods=["PUT"],
    allow_credentials=True,
    enforce="unsafe",  # the POST of a stranger's form, which browsers send without asking, is answered 403
)
logins = LoginManager(app)
passwords = {"ada": "engine"}
colours: dict[str, str] = {}


class User(UserMixin):
    def __init__(self, name: str) -> None:
        self.id = name


@logins.user_loader
def load(name):
    return User(name) if name in passwords else None


@app.before_request
def require_login():
    """Never sees a preflight, which carries no cookie; what it turns away can be read by the page."""
    if request.endpoint != "login" and not current_user.is_authenticated:
        return {"error": "log in first"}, 401
    return None


@app.post("/login")
def login():
    given = request.get_json()
    if passwords.get(given["name"]) != given["password"]:
        return {"error": "wrong name or password"}, 401
    login_user(User(given["name"]))
    return profile()


@app.post("/logout")
def logout():
    logout_user()
    return {}


@app.get("/profile")
def profile():
    return {"name": current_user.id, "colour": colours.get(current_user.id)}


@app.put("/profile")
def paint():
    colours[current_user.id] = request.get_json()["colour"]
    return profile()
