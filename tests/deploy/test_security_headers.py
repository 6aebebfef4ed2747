"""What nginx tells browsers, with every answer, and what it keeps from them."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
import streamlit

from tests.deploy.conftest import DEPLOY, Proxy, free_address, running_nginx
from tests.deploy.person import Person

pytestmark = pytest.mark.deploy

ONCE = ("Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
        "Permissions-Policy", "Strict-Transport-Security")  # fmt: skip
PATHS = ["/", "/experts", "/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/media/none.png",
         "/static/none.js", "/mvae-web/none/none.js", "/_stcore/stream", "/_stcore/upload_file/a/b",
         "/%00"]  # fmt: skip


def policy(value: str) -> dict[str, list[str]]:
    directives = [directive.split() for directive in value.split(";")]
    return {name: sources for name, *sources in directives}


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_every_header_once(path: str, proxy: Proxy) -> None:
    headers = Person(proxy).get(path).raw.headers
    assert {name: len(headers.getlist(name)) for name in ONCE} == dict.fromkeys(ONCE, 1)
    assert headers["Server"] == "nginx"


def test_answers_of_nginx_itself_have_them_too(proxy: Proxy, tmp_path: Path) -> None:
    person = Person(proxy)
    refused = person.http.put(f"{proxy.address}/_stcore/upload_file/a/b", data=bytes(11 * 2**20), timeout=30)
    assert refused.status_code == 413
    with running_nginx(tmp_path, [free_address(), free_address()]) as lonely:
        starting = Person(lonely).get("/")
        assert starting.status_code == 503
        for answer in (refused, starting):
            assert all(len(answer.raw.headers.getlist(name)) == 1 for name in ONCE)


def test_nothing_is_loaded_from_elsewhere_and_no_text_becomes_a_script(proxy: Proxy) -> None:
    said = policy(Person(proxy).get("/").headers["Content-Security-Policy"])
    assert said["default-src"] == ["'self'"]
    assert said["object-src"] == ["'none'"]
    assert said["base-uri"] == said["form-action"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "data:", "https:", "*"} & set(said["script-src"])
    allowed = {
        "'self'",
        "'none'",
        "data:",
        "blob:",
        "'unsafe-inline'",
        "'wasm-unsafe-eval'",
        f"wss://{proxy.https}",
    }
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text()
    for script in re.findall(r"<script>(.*?)</script>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in said["script-src"]
        allowed.add(f"'sha256-{digest}'")
    assert {source for sources in said.values() for source in sources} <= allowed


def test_no_other_page_may_frame_it_and_the_microphone_is_its_own(proxy: Proxy) -> None:
    headers = Person(proxy).get("/").headers
    assert policy(headers["Content-Security-Policy"])["frame-ancestors"] == ["'none'"]
    assert headers["X-Frame-Options"] == "DENY"
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "camera=(self)" in headers["Permissions-Policy"]


def test_strict_transport_over_https_only(proxy: Proxy) -> None:
    person = Person(proxy)
    assert person.get("/").headers["Strict-Transport-Security"] == "max-age=31536000"
    plain = person.http.get(f"http://{proxy.http}/", allow_redirects=False, timeout=10)
    assert plain.status_code == 301
    assert "Strict-Transport-Security" not in plain.headers


def test_the_switches_of_a_classroom(tmp_path: Path) -> None:
    switches = (DEPLOY / "nginx" / "switches.conf").read_text()
    own = switches.replace('"max-age=31536000"', '""').replace("default DENY;", 'default "";')
    own = own.replace("\"'none'\"", "\"'self' https://learning.school\"")
    with running_nginx(tmp_path, [free_address(), free_address()], switches=own) as proxy:
        headers = Person(proxy).get("/").headers
    assert "Strict-Transport-Security" not in headers
    assert "X-Frame-Options" not in headers
    assert policy(headers["Content-Security-Policy"])["frame-ancestors"] == [
        "'self'",
        "https://learning.school",
    ]


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/%6detrics", "/_stcore//metrics", "/_stcore/metrics/"]
)
def test_metrics_are_closed(path: str, proxy: Proxy) -> None:
    answer = Person(proxy).get(path)
    assert answer.status_code == 404
    assert "session" not in answer.text
    refused = [line for line in proxy.log() if line["status"] == "404"]
    assert refused[-1]["replica"] == "-"


def test_no_other_site_may_steer_the_page(proxy: Proxy) -> None:
    assert Person(proxy).get("/_stcore/host-config").json()["allowedOrigins"] == []
