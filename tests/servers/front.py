"""nginx in front of servers, as in production: TLS outside, plain HTTP inside, the public name in `X-Forwarded-Host`."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.components import require
from tests.engines.browsers import private
from tests.engines.browsers import running as process
from tests.servers.client import TIMEOUT, Answer
from tests.servers.conftest import Server
from tests.servers.conftest import running as server

BODY_LIMIT = 1024  # bytes; nginx answers 413 to more
CONFIGURATION = """
daemon off;
pid nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path bodies;
    proxy_temp_path answers;
    fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi;
    scgi_temp_path scgi;
    client_max_body_size {limit};
    map $http_host $upstream {{
        {upstreams}
    }}
    server {{
        listen 127.0.0.1:{port} ssl;
        ssl_certificate certificate.pem;
        ssl_certificate_key key.pem;
        # Host is left to be the upstream's, so that only a ProxyFix knows the public name.
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto $scheme;
        proxy_set_header X-Forwarded-Host $http_host;
        location / {{ proxy_pass http://$upstream; }}
        location ~ ^/(page|mail)/ {{ client_max_body_size 0; proxy_pass http://{mailbox}; }}
        location /down {{ proxy_pass http://unix:nobody-listens; }}
    }}
}}
"""


@dataclass
class Front:
    """nginx, and the gunicorn behind it."""

    port: int
    trust: ssl.SSLContext
    gunicorn: Server

    @contextlib.contextmanager
    def asked(
        self, method: str, target: str, host: str, headers: dict[str, str], body: bytes | None = None
    ) -> Iterator[http.client.HTTPResponse]:
        """The answer to a request for `https://<host><target>`, as it comes in."""
        connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=TIMEOUT, context=self.trust)
        try:
            connection.request(method, target, body, {"Host": host, **headers})
            yield connection.getresponse()
        finally:
            connection.close()

    def ask(self, method: str, target: str, host: str, headers: dict[str, str], body: bytes | None = None) -> Answer:
        with self.asked(method, target, host, headers, body) as response:
            return Answer(response.status, response.headers, response.read())


@contextlib.contextmanager
def serving(folder: Path, application: str) -> Iterator[Front]:
    """Run an application, named as gunicorn names it, behind nginx."""
    require("gunicorn")
    options = ["--bind", "fd://{fd}", "--worker-class", "gthread", "--threads", "16", "--graceful-timeout", "1"]
    with server(folder, ["gunicorn", *options, application]) as gunicorn, proxying({"default": gunicorn}) as outside:
        yield Front(*outside, gunicorn)


@contextlib.contextmanager
def proxying(upstreams: Mapping[str, Server]) -> Iterator[tuple[int, ssl.SSLContext]]:
    """Run nginx in front of servers, by public name; the one of any other name has the mailbox, too.

    It has a folder and a socket of its own; as root, its worker is nobody.
    """
    program = require(shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx")
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="cors-nginx-", ignore_cleanup_errors=True))
        )
        folder.chmod(0o711)
        listener = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        listener.setblocking(False)  # nginx takes it as it is
        port = listener.getsockname()[1]
        addresses = {name: f"127.0.0.1:{server.address[1]}" for name, server in upstreams.items()}
        configuration = CONFIGURATION.format(
            port=port,
            limit=BODY_LIMIT,
            upstreams="\n".join(f"{name} {address};" for name, address in addresses.items()),
            mailbox=addresses["default"],
        )
        (folder / "nginx.conf").write_text(configuration)
        certificate = certify(folder)
        command = [program, "-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]
        # The variable by which nginx hands sockets to its successor, and by which others may hand it theirs.
        environment = {**private(folder), "NGINX": f"{listener.fileno()};"}
        nginx = stack.enter_context(process(command, folder, environment, [listener.fileno()]))
        listener.close()
        trust = ssl.create_default_context(cafile=certificate)
        wait_for(nginx, port, trust, folder / "log")
        yield port, trust


def certify(folder: Path) -> Path:
    """Sign a certificate for this machine; what name a browser asks for is of no account to it."""
    certificate = folder / "certificate.pem"
    command = [require("openssl"), "req", "-x509", "-days", "2", "-subj", "/CN=cors test", "-nodes"]
    command += ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command += ["-keyout", str(folder / "key.pem"), "-out", str(certificate)]
    subprocess.run(command, env=private(folder), capture_output=True, check=True)
    return certificate


def wait_for(nginx: subprocess.Popen[bytes], port: int, trust: ssl.SSLContext, log: Path) -> None:
    """Return when nginx answers; its socket is open from the start, so that a handshake only has to wait."""
    try:
        with socket.create_connection(("127.0.0.1", port), TIMEOUT) as raw:
            trust.wrap_socket(raw, server_hostname="127.0.0.1").close()
    except OSError as error:
        nginx.poll()
        raise AssertionError(f"no nginx: {error}\n{log.read_text('utf-8', 'replace')}") from error
