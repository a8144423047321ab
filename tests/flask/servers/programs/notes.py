"""As tutorials have it: everything, shared with one frontend and its cookies."""

from flask import Flask, jsonify, request
from flask_cors import CORS

app = Flask(__name__)
CORS(app, origins="https://frontend.example.com", supports_credentials=True)


@app.route("/")
def index():
    return "The notes' API"


@app.route("/notes/", methods=["GET", "POST"])
def notes():
    return jsonify(notes=[], cookie=request.cookies.get("session"))


@app.route("/notes/<name>", methods=["PUT", "PATCH", "DELETE"])
def note(name):
    return jsonify(name=name, kind=request.content_type)


@app.route("/login", methods=["POST"])
def login():
    answer = jsonify(hello=request.form["name"])
    answer.set_cookie("session", "s3cret", secure=True, httponly=True, samesite="Lax")
    return answer
