"""A policy for a path, for a blueprint, for a view, and for one method of a view.

flask --app flask_policies cors routes
"""

from flask import Blueprint, Flask
from flask.views import MethodView

from cors_flask import CORS, Policy, cors_policy

customers = Policy(allow_origins=["https://app.example.com"], allow_methods=["PUT"])
staff = Policy(allow_origins=["https://staff.example.com"], allow_methods=["DELETE"], allow_credentials=True)

app = Flask(__name__, static_folder=None)
CORS(app, {"/api": customers, "/api/internal": None})

admin = Blueprint("admin", __name__, url_prefix="/admin")
CORS(admin, staff)  # before the blueprint is registered


@admin.get("/users")
def users():
    return {"users": []}


class Orders(MethodView):
    def get(self):
        return {"orders": []}

    def put(self):
        return {"saved": True}

    @cors_policy(staff)
    def delete(self):
        return {"deleted": True}


@app.get("/api/prices")
@cors_policy(Policy(allow_origins="*"))
def prices():
    return {"tea": 3}


@app.get("/api/internal/health")
def health():
    return {"well": True}


app.register_blueprint(admin)
app.add_url_rule("/api/orders", view_func=Orders.as_view("orders"))
