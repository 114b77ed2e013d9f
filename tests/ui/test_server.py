"""The web server: security headers, the closed addresses, its health, and a port in use."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator

import pytest
from fake_service import FakeService
from fastapi.testclient import TestClient

from assistant.errors import StoreDamaged, UsageError
from ui.server import STATIC, _address, create_app, serve
from ui.service import ServiceStatus


@pytest.fixture(scope="module")
def service() -> FakeService:
    return FakeService()


@pytest.fixture(scope="module")
def client(service: FakeService) -> Iterator[TestClient]:
    with TestClient(create_app(service)) as client:
        yield client


def test_health_tells_how_the_service_stands(client: TestClient, service: FakeService) -> None:
    assert client.get("/healthz").json() == {
        "status": "ok", "ready": True, "papers": 103, "model": "qwen2.5-1.5b",
    }  # fmt: skip


def test_health_answers_while_the_store_is_broken(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: FakeService) -> ServiceStatus:
        raise StoreDamaged("x")

    monkeypatch.setattr(FakeService, "status", broken)
    assert client.get("/healthz").json()["papers"] == 0


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/page/page.css", "/config", "/nowhere", "/gradio_api/upload"]
)
def test_every_answer_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe" not in scripts
    assert "default-src 'none'" in policy
    assert "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_each_page_has_a_nonce_of_its_own_on_all_its_scripts(client: TestClient) -> None:
    nonces = set()
    for _ in range(2):
        response = client.get("/")
        assert response.status_code == 200
        nonce = re.search(r"'nonce-([\w-]{20,})'", response.headers["content-security-policy"])
        assert nonce is not None
        tags = re.findall(r"<script\b[^>]*>", response.text)
        assert len(tags) > 3
        assert all(f'nonce="{nonce[1]}"' in tag for tag in tags)
        nonces.add(nonce[1])
    assert len(nonces) == 2


def test_the_page_is_whole_and_names_its_own_files(client: TestClient) -> None:
    response = client.get("/", headers={"accept-encoding": "gzip, br"})
    assert "content-encoding" not in response.headers
    assert int(response.headers["content-length"]) == len(response.content)
    assert response.text.rstrip().endswith("</html>")
    for name in ("page.css", "page.js"):
        address = re.search(rf"page/{re.escape(name)}\?\d+", response.text)
        assert address is not None
        assert client.get(f"/{address[0]}").text == (STATIC / name).read_text(encoding="utf-8")


def test_a_hostile_example_can_not_end_the_page_s_script(client: TestClient) -> None:
    bad = FakeService()
    bad.state = bad.state.model_copy(update={"examples": ("</script><script>alert(1)</script>",)})
    with TestClient(create_app(bad)) as other:
        assert "alert(1)</script>" not in other.get("/").text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=pyproject.toml"),
        ("GET", "/gradio_api/proxy=https://example.org/"),
        ("GET", "/gradio_api/deep_link"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/monitoring"),
        ("GET", "/docs"),
        ("GET", "/openapi.json"),
        ("GET", "/page/../server.py"),
        ("GET", "/page/%2e%2e/server.py"),
    ],
)
def test_what_the_page_does_not_use_is_shut(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 404


def test_only_ask_is_offered_as_an_api(client: TestClient) -> None:
    assert list(client.get("/gradio_api/info").json()["named_endpoints"]) == ["/ask"]


def test_a_port_in_use_is_told_before_anything_is_loaded(service: FakeService) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=f"port {port}") as caught:
            serve(service, "127.0.0.1", port)
    assert "--port" in caught.value.hint


def test_an_unknown_host_is_told(service: FakeService) -> None:
    with pytest.raises(UsageError, match=r"no-such-host\.invalid"):
        serve(service, "no-such-host.invalid", 0)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:80"),
        ("0.0.0.0", "http://127.0.0.1:80"),
        ("::", "http://[::1]:80"),
        ("::1", "http://[::1]:80"),
    ],
)
def test_the_address_works_in_a_browser_on_this_machine(host: str, address: str) -> None:
    assert _address(host, 80) == address
