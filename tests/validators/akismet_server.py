"""Speaks Akismet's API on loopback, as its documentation describes it."""

from __future__ import annotations

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "123YourAPIKey"
THANKS = "Thanks for making the web a better place."


class AkismetServer(ThreadingHTTPServer):
    """Calls spam what has ``viagra`` in it, and the worst of spam what shouts it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.headers: list[dict[str, str]] = []
        self.says: tuple[int, dict[str, str], str] | None = None
        """An answer to everything, instead."""

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/1.1/"

    def answer(self, call: str, form: dict[str, str]) -> tuple[int, dict[str, str], str]:
        if self.says is not None:
            return self.says
        if call == "verify-key":
            if (form["api_key"], form["key"]) == (KEY, KEY):
                return 200, {}, "valid"
            return 200, {"X-akismet-debug-help": "We were unable to find your key"}, "invalid"
        if form["api_key"] != KEY:
            return 200, {"X-akismet-debug-help": "We were unable to find your key"}, "invalid"
        if not form.get("blog", "").startswith("http"):
            return (
                200,
                {"X-akismet-debug-help": 'Empty "blog" value'},
                "Missing required field: blog.",
            )
        if call in ("submit-spam", "submit-ham"):
            return 200, {}, THANKS
        content = f"{form['comment_author']} {form['comment_content']}"
        if "VIAGRA" in content:
            return 200, {"X-akismet-pro-tip": "discard"}, "true"
        return 200, {}, "true" if "viagra" in content else "false"


class _Handler(BaseHTTPRequestHandler):
    server: AkismetServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode("ascii")
        fields = parse_qs(body, keep_blank_values=True, strict_parsing=True)
        form = {name: values[0] for name, values in fields.items()}
        call = self.path.removeprefix("/1.1/")
        self.server.calls.append((call, form))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        status, headers, text = self.server.answer(call, form)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        # Nobody reads an answer that is far too long to its end.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(text.encode())

    def log_message(self, *_args: object) -> None:
        pass


@contextlib.contextmanager
def akismet_server() -> Iterator[AkismetServer]:
    with AkismetServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
