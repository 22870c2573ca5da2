"""An HTTP client of the standard library that speaks to a web process as the TLS proxy in front of it would."""

import json
import re
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection, HTTPException
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import urlencode

Unreachable = (OSError, HTTPException)
"""What a request raises while the process at the other end is gone; whether it was done is then unknown."""


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode()

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Client:
    """A browser without a window: it keeps cookies, follows nothing, and sends what CSRF protection asks for."""

    host: str
    ports: tuple[int, ...]
    cookies: dict[str, str] = field(default_factory=dict)
    turn: int = 0

    def connection(self, port: int, timeout: float) -> HTTPConnection:
        """A connection of its own for one request."""
        return HTTPConnection("127.0.0.1", port, timeout=timeout)

    def begin(
        self, method: str, path: str, body: bytes | None = None, timeout: float = 20, **headers: str
    ) -> HTTPConnection:
        """Send a request to the next web process in turn, as a proxy shares them out; the answer is not read yet."""
        self.turn += 1
        connection = self.connection(self.ports[self.turn % len(self.ports)], timeout)
        proxied = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        sent = {
            "Host": self.host,
            **({} if self.host == "127.0.0.1" else proxied),  # who speaks to the demo has no proxy between
            "Referer": f"https://{self.host}/",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-CSRFToken": self.cookies.get("csrftoken", ""),
        } | {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            connection.request(method, path, body, sent)
        except Unreachable:
            connection.close()
            raise
        return connection

    def request(
        self, method: str, path: str, body: bytes | None = None, timeout: float = 20, **headers: str
    ) -> Answer:
        """One request and its answer."""
        connection = self.begin(method, path, body, timeout, **headers)
        try:
            got = connection.getresponse()
            answer = Answer(got.status, got.headers, got.read())
            for cookie in got.headers.get_all("Set-Cookie") or []:
                for name, morsel in SimpleCookie(cookie).items():
                    self.cookies[name] = morsel.value
        finally:
            connection.close()
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """Read a page."""
        return self.request("GET", path, None, 20, **headers)

    def post(self, path: str, **fields: str) -> Answer:
        """Send a form."""
        fields["csrfmiddlewaretoken"] = self.cookies.get("csrftoken", "")
        form = urlencode(fields).encode()
        return self.request("POST", path, form, Content_Type="application/x-www-form-urlencoded")

    def post_json(self, path: str, sent: Any) -> Answer:
        """Send JSON, as the editor does."""
        return self.request("POST", path, json.dumps(sent).encode(), Content_Type="application/json")

    def sign_in(self, email: str, password: str) -> None:
        """Sign in on the page; raises when the portal says no."""
        self.get("/kirjaudu/")
        answer = self.post("/kirjaudu/", username=email, password=password)
        if answer.status != 302:
            raise PermissionError(f"Signing in as {email} was answered with {answer.status}.")

    def new_map(self, municipality: int) -> int:
        """Make a map from the first template for the organisation with this id; the map's id."""
        page = self.get("/kartat/uusi/").text
        template = re.findall(r'name="template"[^>]*value="(\w+)"|value="(\w+)"[^>]*name="template"', page)[0]
        found = re.search(r'name="op_id"[^>]*value="([\w-]+)"', page)
        answer = self.post(
            "/kartat/uusi/",
            template="".join(template),
            municipality=str(municipality),
            target_group="",
            source_language="fi",
            **({"op_id": found[1]} if found else {}),
        )
        if answer.status != 302:
            raise ValueError(f"A new map was answered with {answer.status}.")
        return int(re.findall(r"\d+", answer.headers["Location"])[0])
