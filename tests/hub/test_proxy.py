"""The doctor and a run go the same way: by the machine's proxy where it has one, and never by it to the machine itself."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from harness.cli.main import main
from harness.hub.proxy import proxy_towards
from harness.runner.interface import interface_of
from harness.runner.options import prepare
from harness.runner.wish import Wish

NOVAX = Path(__file__).parents[2] / "fixtures" / "vendors" / "novax.yaml"


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, list[str]]]:
    """A proxy that the environment names for http, and what it has been asked for."""
    asked: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    monkeypatch.setenv("HTTP_PROXY", f"127.0.0.1:{server.server_port}")
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_what_goes_by_the_proxy(proxy: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "klinik.invalid, 10.1.2.3")
    straight = ["https://a.invalid", "http://localhost:80", "http://[::1]/x", "http://lps.klinik.invalid", "http://10.1.2.3:8/x"]
    assert [each for each in straight if proxy_towards(each)] == []
    assert proxy_towards("http://anden.invalid") == proxy[0]


def test_a_system_s_test_interface_is_asked_by_the_proxy(proxy: tuple[str, list[str]], tmp_path: Path) -> None:
    text = NOVAX.read_text("utf-8").replace(
        "driver: reference ", "driver: adapter\nadgang: { adresse: http://lps.invalid/test } "
    )
    file = tmp_path / "novax.yaml"
    file.write_text(text, "utf-8")
    with interface_of(prepare(Wish(vendor=str(file), target="live")), 5.0) as client:
        assert client.get("/egenskaber").status_code == 204
    assert proxy[1] == ["http://lps.invalid/test/egenskaber"]


def test_a_live_rehearsal_asks_no_proxy(proxy: tuple[str, list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wish = ["run", "--vendor=novax", "--target=live", "--tempo=60", "--tag=id:DEL-01", f"--reports={tmp_path}"]
    assert (main(wish), proxy[1]) == (0, []), capsys.readouterr()
