"""The policies of the matrix, as `by_path` takes them: what the middleware on the site is configured with."""

from __future__ import annotations

import re

from cors_core import Policy
from tests.engines.places import Places


def policies(places: Places) -> dict[str, Policy]:
    page, third = places.origin("page"), places.origin("loopback")
    methods, names = ["PUT", "PATCH", "DELETE"], ["X-Token", "Authorization"]
    return {
        "/one": Policy(
            allow_origins=[page],
            allow_methods=methods,
            allow_headers=names,
            expose_headers=["X-Total", "ETag"],
            allow_credentials=True,
        ),
        "/several": Policy(allow_origins=[page, third], allow_methods=methods, allow_headers=names),
        "/public": Policy(allow_origins="*"),
        "/open": Policy(allow_origins="*", allow_methods="*", allow_headers="*", expose_headers="*"),
        "/dashboard": Policy(
            allow_origins="*",
            allow_credentials=[page],
            allow_methods="*",
            allow_headers="*",
            expose_headers=["X-Total"],
        ),
        "/echo": Policy(allow_origins=[page, third], allow_credentials=True, allow_methods="*", allow_headers="*"),
        "/pattern": Policy(allow_origins=["http://*.localhost:*", "http://localhost:*"], allow_headers=["X-Token"]),
        "/regex": Policy(allow_origins=[re.compile(r"http://127\.0\.0\.1:[0-9]+")], allow_methods=["PUT"]),
        "/predicate": Policy(allow_origins=[lambda origin: origin == page], allow_methods=["DELETE"]),
        "/family": Policy(allow_origins=[page], allow_headers=["X-Amz-*"], allow_methods=["PUT"]),
        "/null": Policy(allow_origins=["null", page], allow_methods=methods, dangerously_allow=["null-origin"]),
        "/nobody": Policy(allow_origins=()),
        "/enforce": Policy(allow_origins=[page], allow_methods=methods, enforce="unsafe"),
        "/status-200": Policy(allow_origins=[page], allow_methods=methods, preflight_status=200),
        "/age-0": Policy(allow_origins=[page], allow_methods=methods, allow_headers=names, max_age=0),
        "/age-60": Policy(allow_origins=[page], allow_methods=methods, allow_headers=names, max_age=60),
        "/age-none": Policy(allow_origins=[page], allow_methods=methods, allow_headers=names, max_age=None),
        "/age-day": Policy(allow_origins="*", allow_methods="*", allow_headers="*", max_age=86400),
        "/age-credentials": Policy(
            allow_origins=[page], allow_methods="*", allow_headers="*", allow_credentials=True, max_age=60
        ),
    }
