"""The proxy of docker-compose.yml with its own Caddyfile, before production's web processes, as a real Caddy.

Only variables differ: ports that anybody may open, a certificate that Caddy makes, and where the web processes are.
"""

from __future__ import annotations

import os
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

from tests.databases import ROOT
from tests.gear.client import Client, Unreachable
from tests.gear.production import HOST, Production
from yhdyspinta.embedded.process import Child, free_port

CADDY = Path(sys.executable).with_name("caddy")


class Browser(Client):
    """A client that speaks TLS to the proxy and believes its certificate; its own `X-Forwarded-` headers are lies."""

    def connection(self, port: int, timeout: float) -> HTTPConnection:
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return HTTPSConnection("127.0.0.1", port, timeout=timeout, context=context)


@contextmanager
def caddy(production: Production, folder: Path) -> Iterator[Browser]:
    """A browser before the proxy, for as long as the block lasts."""
    https = free_port()
    options = [
        "admin off",
        f"http_port {free_port()}",
        f"https_port {https}",
        "local_certs",
        "skip_install_trust",
        f"default_sni {HOST}",
        "auto_https disable_redirects",
    ]
    env = {
        "HOME": str(folder),
        "PATH": os.environ["PATH"],
        "SITE_HOST": HOST,
        "PROXY_OPTIONS": "\n".join(options),
        "WEB_PROCESSES": "to " + " ".join(f"127.0.0.1:{port}" for port in production.ports),
    }
    caddyfile = str(ROOT / "docker" / "Caddyfile")
    command = [str(CADDY), "run", "--config", caddyfile, "--adapter", "caddyfile"]
    child = Child.start("caddy", command, log=folder / "caddy.log", env=env, cwd=folder)
    browser = Browser(HOST, (https,))
    try:
        child.wait_until(lambda: answers(browser))
        yield browser
    finally:
        child.stop()


def answers(browser: Browser) -> bool:
    """Whether the portal can be reached."""
    try:
        return browser.get("/healthz").status == 200
    except Unreachable:
        return False
