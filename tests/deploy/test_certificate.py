import importlib.util
import socket
import subprocess
from pathlib import Path

import pytest

from tests.deploy.conftest import DEPLOY, make_certificate

pytestmark = pytest.mark.deploy


def names(folder: Path) -> set[str]:
    """Read for which hosts a certificate is valid."""
    command = ["openssl", "x509", "-in", folder / "server.crt", "-noout", "-ext", "subjectAltName"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    return {name.strip() for name in lines[1].split(",")}


def test_for_given_hosts(tmp_path: Path) -> None:
    run = make_certificate(tmp_path, "192.168.1.20", "fd00::20", "demo.school")
    assert run.returncode == 0, run.stderr
    given = {"IP Address:192.168.1.20", "IP Address:FD00:0:0:0:0:0:0:20", "DNS:demo.school"}
    assert names(tmp_path) == given | {"DNS:localhost", "IP Address:127.0.0.1"}
    assert (tmp_path / "server.key").stat().st_mode & 0o777 == 0o600
    assert {path.name for path in tmp_path.iterdir()} == {"server.crt", "server.key"}


def test_for_this_machine(tmp_path: Path) -> None:
    run = make_certificate(tmp_path)
    if run.returncode:
        assert "is on no network with a router: give its address" in run.stderr
    else:
        assert f"DNS:{socket.gethostname().split('.')[0].lower()}.local" in names(tmp_path)


def test_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = importlib.util.spec_from_file_location("certificate", DEPLOY / "certificate.py")
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)

    def unreachable(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(socket.socket, "connect", unreachable)
    with pytest.raises(SystemExit, match="give its address"):
        script.own_hosts()


def test_an_earlier_key_is_kept_unless_forced(tmp_path: Path) -> None:
    make_certificate(tmp_path, "demo.school")
    before = (tmp_path / "server.key").read_bytes()
    run = make_certificate(tmp_path, "demo.school")
    assert run.returncode == 1
    assert "--force" in run.stderr
    assert (tmp_path / "server.key").read_bytes() == before
    assert make_certificate(tmp_path, "demo.school", "--force").returncode == 0
    assert (tmp_path / "server.key").read_bytes() != before


@pytest.mark.parametrize("host", ["a b", "demo,IP:10.0.0.1", "-x.school", "https://demo.school"])
def test_what_is_no_host(tmp_path: Path, host: str) -> None:
    run = make_certificate(tmp_path / "new", "--", host)
    assert run.returncode == 1
    assert run.stderr == f"{host!r} is neither an address nor a name of a machine.\n"
    assert not list(tmp_path.rglob("server.*"))


def test_without_openssl(tmp_path: Path) -> None:
    run = make_certificate(tmp_path, "demo.school", env={"PATH": ""})
    assert run.returncode == 1
    assert run.stderr == "openssl is missing: install it, for example with apt-get install openssl.\n"
