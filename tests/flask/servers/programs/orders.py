"""As tutorials have it: one subtree, shared with one frontend and its cookies."""

from flask import Flask, abort, jsonify, request
from flask_cors import CORS

app = Flask(__name__)
CORS(app, resources={r"/api/*": {"origins": "https://example-client.com"}}, supports_credentials=True)


@app.route("/api/orders", methods=["GET", "POST"])
def orders():
    return jsonify(tea=1, cookie=request.cookies.get("session"))


@app.route("/api/orders/<int:number>", methods=["PUT", "DELETE"])
def order(number):
    if number > 9:
        abort(404)
    return jsonify(number=number, token=request.headers.get("Authorization"))


@app.route("/api/session", methods=["POST"])
def session():
    answer = jsonify(hello=request.get_json()["name"])
    answer.set_cookie("session", "s3cret", secure=True, httponly=True, samesite="None")
    return answer


@app.route("/api/failure")
def failure():
    return jsonify(1 / 0)


@app.route("/status")
def status():
    return jsonify(up=True)
