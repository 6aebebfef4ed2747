"""What can be said of the image and of compose.yaml without Docker: all that they name is there and fits."""

import importlib
import ipaddress
import re
import subprocess
import sys
import tomllib

import pytest
import yaml

from mvae.ui.classroom.rooms import LETTERS
from mvae.ui.runtime.quotas import SESSIONS, SESSIONS_OF_AN_ADDRESS
from tests.deploy.conftest import DEPLOY, ROOT, Proxy, copied_into_the_image, free_address

DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
NGINX = (DEPLOY / "nginx" / "nginx.conf").read_text()
REPLICAS = (DEPLOY / "nginx" / "replicas.conf").read_text()
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]


def test_the_image_gets_what_it_copies_and_nothing_else() -> None:
    copied = {source for source, _ in copied_into_the_image()}
    assert "app.py" in copied
    assert all((ROOT / source).exists() for source in copied)
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]
    assert rules[0] == "*"
    assert {rule.removeprefix("!") for rule in rules if rule.startswith("!")} == copied


def test_the_image_gets_the_cpu_build_of_torch() -> None:
    cpu_index = DOCKERFILE.index(
        "--index-url https://download.pytorch.org/whl/cpu \"$(grep -o '^torch==[^ ]*' requirements.lock)\""
    )
    assert cpu_index < DOCKERFILE.index(
        "pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock"
    )
    assert len(re.findall(r"^torch==\S+", (ROOT / "requirements.lock").read_text(), re.MULTILINE)) == 1


def test_what_the_image_warms_up_is_there() -> None:
    module, function = re.search(r"from (\S+) import (\w+);", DOCKERFILE).groups()
    assert callable(getattr(importlib.import_module(module), function))


def test_the_image_does_not_run_as_root() -> None:
    instructions = re.findall(r"^([A-Z]+) (.*)$", DOCKERFILE, re.MULTILINE)
    assert [value for name, value in instructions if name == "USER"] == ["mvae"]
    assert [name for name, _ in instructions][-3:] == ["EXPOSE", "HEALTHCHECK", "CMD"]


@pytest.mark.deploy
def test_the_health_check(proxy: Proxy) -> None:
    check = re.search(r'CMD \["python", "-c", "(.*)"\]', DOCKERFILE)[1]
    for address, status in ((next(iter(proxy.replicas)), 0), (free_address(), 1)):
        own = check.replace("127.0.0.1:8501", address)
        assert own != check
        run = subprocess.run([sys.executable, "-c", own], check=False, stderr=subprocess.DEVNULL)
        assert run.returncode == status


def test_every_service_is_limited() -> None:
    for service in SERVICES.values():
        assert service["restart"] == "unless-stopped"
        assert service["read_only"]
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
        assert service["tmpfs"]
        assert service["logging"]["options"].keys() == {"max-size", "max-file"}
    assert not any("cap_add" in service or "ports" in service for service in app_services())


def test_what_compose_names_is_there() -> None:
    for service in app_services():
        assert (DEPLOY / service["build"]["context"]).resolve() == ROOT
        assert (ROOT / service["build"]["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    (volume,) = SERVICES["proxy"]["volumes"]
    source, target, mode = volume.split(":")
    assert (DEPLOY / source / "nginx.conf").is_file()
    assert (target, mode) == ("/etc/nginx", "ro")
    assert f"{target}/nginx.conf" in SERVICES["proxy"]["entrypoint"]
    included = re.findall(r"include (\S+);", NGINX)
    assert all((DEPLOY / source / name).is_file() for name in included)


def test_nginx_and_compose_agree_on_the_replicas() -> None:
    addresses = [service["networks"]["inside"]["ipv4_address"] for service in app_services()]
    assert len(set(addresses)) == len(addresses) >= 2
    ports = [f"{address}:8501" for address in addresses]
    assert re.findall(r"server (\S+) max_fails=0;", REPLICAS) == ports
    assert re.findall(r"^ +(\S+:8501) (\S+:8501);$", REPLICAS, re.MULTILINE) == [
        (port, port) for port in ports
    ]
    letters = [service["environment"]["MVAE_CLASS_LETTER"] for service in app_services()]
    assert len(set(letters)) == len(letters)
    assert set(letters) <= set(LETTERS)
    assert re.findall(r"^ +~\*\^(\w) (\S+);$", REPLICAS, re.MULTILINE) == list(
        zip(letters, ports, strict=True)
    )
    (network,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    subnet, given_out = (ipaddress.ip_network(network[key]) for key in ("subnet", "ip_range"))
    assert given_out.subnet_of(subnet)
    for address in map(ipaddress.ip_address, addresses):
        assert address in subnet
        assert address not in given_out


def test_limits_agree() -> None:
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert f"client_max_body_size {config['server']['maxUploadSize']}m;" in NGINX
    listen = (DEPLOY / "nginx" / "listen.conf").read_text()
    ports = re.findall(r"^listen (\d+)", listen, re.MULTILINE)
    assert SERVICES["proxy"]["ports"] == [f"{port}:{port}" for port in ports]
    sessions = int(re.search(r"limit_conn sessions (\d+);", NGINX)[1])
    of_an_address = int(re.search(r"limit_conn sessions_of_an_address (\d+);", NGINX)[1])
    assert sessions % len(app_services()) == 0
    assert 3 * 35 <= of_an_address <= sessions - 35  # a class with three tabs each, and room for another one
    # nginx's limits come first: when a replica dies, all people of an address may be at one.
    assert of_an_address <= SESSIONS_OF_AN_ADDRESS
    assert sessions <= SESSIONS
    (network,) = COMPOSE["networks"]["inside"]["ipam"]["config"]
    for service in app_services():
        assert service["environment"]["FORWARDED_ALLOW_IPS"] == network["subnet"]


def app_services() -> list[dict]:
    return [service for name, service in SERVICES.items() if name.startswith("replica-")]
