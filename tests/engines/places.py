"""Where pages and servers lie: names for origins, because their ports are known only when the site runs."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLE = "CORS_TEST_PORTS"
PORTS = 4
HOSTS = {
    "page": ("localhost", 0),
    "loopback": ("127.0.0.1", 0),  # another site
    "sub": ("sub.localhost", 0),
    "port": ("localhost", 1),
    "api": ("localhost", 2),
    "third": ("127.0.0.1", 2),
    "other-api": ("localhost", 3),
}
OPAQUE = ("sandbox", "data")


@dataclass(frozen=True)
class Places:
    """The origins of one site, all of which the same server answers."""

    ports: tuple[int, ...]

    @classmethod
    def of_this_server(cls) -> Places:
        return cls(tuple(map(int, os.environ[VARIABLE].split(","))))

    def variable(self) -> dict[str, str]:
        return {VARIABLE: ",".join(map(str, self.ports))}

    def origin(self, place: str) -> str:
        """The serialised origin of a place."""
        if place in OPAQUE:
            return "null"
        host, port = HOSTS[place]
        return f"http://{host}:{self.ports[port]}"

    def name(self, origin: str) -> str:
        """The place with this origin; text that is no origin of ours stays as it is."""
        return next((place for place in HOSTS if self.origin(place) == origin), origin)
