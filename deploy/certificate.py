"""Make a self-signed certificate, so that browsers of a local network let the app use the microphone.

    python deploy/certificate.py                             for this machine's own address and names
    python deploy/certificate.py 192.168.1.20 demo.school    for these

Writes server.crt and server.key (readable by its owner only) into deploy/nginx/certificate, where nginx.conf
looks for them. Needs Python and openssl, nothing else.
"""

import argparse
import ipaddress
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "nginx" / "certificate"
ALWAYS = ["localhost", "127.0.0.1"]
HOST_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
OUTSIDE = ("192.0.2.1", 9)  # an address for documentation: nothing is sent there


def main() -> None:
    """Read the arguments, make the certificate, and say what it is good for."""
    summary, example = (__doc__ or "").split("\n\n", 1)
    parser = argparse.ArgumentParser(
        description=summary, epilog=example, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("hosts", nargs="*", help="addresses and names under which the app is opened")
    parser.add_argument("--days", type=int, default=365, help="how long it is valid (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where to write (default: %(default)s)")
    parser.add_argument("--force", action="store_true", help="replace an earlier certificate and its key")
    options = parser.parse_args()
    hosts = list(dict.fromkeys([*(options.hosts or own_hosts()), *ALWAYS]))
    certificate, key = options.folder / "server.crt", options.folder / "server.key"
    existing = [str(path) for path in (certificate, key) if path.exists()]
    if existing and not options.force:
        sys.exit(f"{' and '.join(existing)} would be lost: add --force to replace them.")
    make(certificate, key, hosts, options.days)
    print(f"{certificate} is valid for {options.days} days, for {', '.join(hosts)}.")


def own_hosts() -> list[str]:
    """Return this machine's address on the local network and its names there."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(OUTSIDE)
            address = probe.getsockname()[0]
    except OSError:
        sys.exit(
            "This machine is on no network with a router: "
            "give its address, as in python deploy/certificate.py 192.168.1.20."
        )
    name = socket.gethostname().split(".")[0].lower()
    return [address, name, f"{name}.local"]


def make(certificate: Path, key: Path, hosts: list[str], days: int) -> None:
    """Write certificate and key; what was there before stays until both are ready."""
    openssl = shutil.which("openssl")
    if openssl is None:
        sys.exit("openssl is missing: install it, for example with apt-get install openssl.")
    certificate.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=certificate.parent) as folder:  # its mode is 700
        new_certificate, new_key = Path(folder, certificate.name), Path(folder, key.name)
        command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-sha256"]
        command += ["-nodes", "-days", str(days), "-subj", "/CN=Multimodal VAE demo"]
        command += ["-addext", f"subjectAltName={','.join(map(alternative_name, hosts))}"]
        command += ["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "extendedKeyUsage=serverAuth"]
        command += ["-keyout", str(new_key), "-out", str(new_certificate)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own words
        if run.returncode:
            sys.exit(f"openssl could not make a certificate for {', '.join(hosts)}: {run.stderr.strip()}")
        new_key.chmod(0o600)
        new_key.replace(key)
        new_certificate.replace(certificate)


def alternative_name(host: str) -> str:
    """Return a host as openssl takes it: IP:192.168.1.20 or DNS:demo.school."""
    try:
        return f"IP:{ipaddress.ip_address(host)}"
    except ValueError:
        if not HOST_NAME.fullmatch(host):
            sys.exit(f"{host!r} is neither an address nor a name of a machine.")
        return f"DNS:{host}"


if __name__ == "__main__":
    main()
