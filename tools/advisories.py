"""Say which known weaknesses concern what the locks install: `python tools/advisories.py`.

First without a network, by `security/advisories.json`, which names its date and sources; then, where one is
there, by pip-audit and the OSV database. What the list calls harmless here is printed with its reason; all
else that concerns an installed version makes the command fail.
"""

import argparse
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version
from third_party import LOCK, inside_packages, locked

ROOT = Path(__file__).resolve().parent.parent
ADVISORIES = ROOT / "security" / "advisories.json"
OLD_AFTER_DAYS = 90
_NO_NETWORK = ("ConnectionError", "NameResolutionError", "Timeout", "ServiceError", "ProxyError")


@dataclass(frozen=True)
class Advisory:
    """A known weakness.

    Attributes
    ----------
    id
        As the CVE or PyPA database names it.
    package, affected
        Name of a package or of a library inside one, and the versions concerned (PEP 440).
    summary
        What can happen.
    harmless_here
        Why it cannot happen in this project, where that is so.
    """

    id: str
    package: str
    affected: str
    summary: str
    harmless_here: str = ""

    def concerns(self, versions: dict[str, str]) -> bool:
        """Say whether one of these versions, by lower-case name, is affected."""
        try:
            version = Version(versions[self.package.lower()])
        except (KeyError, InvalidVersion):
            return False
        return SpecifierSet(self.affected).contains(version, prereleases=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offline", action="store_true", help="ask the list in this repository alone")
    options = parser.parse_args(arguments)
    day, advisories = read()
    versions = installed()
    for name in ("pillow", "libsndfile"):
        print(f"{name} {versions[name]} reads what people upload.")
    age = (datetime.now(UTC).date() - day).days
    print(f"By the list of {day} ({len(advisories)} advisories):")
    if age > OLD_AFTER_DAYS:
        print(f"  it is {age} days old; renew {ADVISORIES.relative_to(ROOT)}.")
    wrong = report(advisories, versions)
    if not options.offline:
        wrong += _ask_network({each.id for each in advisories if each.harmless_here})
    return int(wrong > 0)


def read(path: Path = ADVISORIES) -> tuple[date, list[Advisory]]:
    """Return the day of the list, and what is on it."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return date.fromisoformat(values["date"]), [Advisory(**each) for each in values["advisories"]]


def installed() -> dict[str, str]:
    """Return lower-case name -> version of the locked packages and of the libraries inside them."""
    return locked() | {part.name.lower(): part.version for part in inside_packages() if part.version}


def report(advisories: list[Advisory], versions: dict[str, str]) -> int:
    """Print what concerns these versions; return how much of it is not harmless here."""
    wrong = 0
    for each in (advisory for advisory in advisories if advisory.concerns(versions)):
        verdict = f"harmless here: {each.harmless_here}" if each.harmless_here else "TO BE MENDED"
        print(f"  {each.id}, {each.package} {versions[each.package.lower()]}: {each.summary}. {verdict}")
        wrong += not each.harmless_here
    print(f"  {wrong} to be mended.")
    return wrong


def _ask_network(harmless: set[str]) -> int:
    """Ask the OSV database through pip-audit; return how many of its answers are not known as harmless."""
    command = [
        *(sys.executable, "-m", "pip_audit", "--requirement", str(LOCK), "--no-deps", "--disable-pip"),
        *(
            "--vulnerability-service",
            "osv",
            "--timeout",
            "10",
            "--progress-spinner",
            "off",
            "--format",
            "json",
        ),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode and any(each in done.stderr for each in _NO_NETWORK):
        print("By the OSV database: it cannot be reached from here.")
        return 0
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        print(f"By the OSV database: pip-audit failed.\n{done.stderr}", file=sys.stderr)
        return 1
    print("By the OSV database, today:")
    wrong = 0
    for package in dependencies:
        for found in package.get("vulns", []):
            if not harmless & {found["id"], *found["aliases"]}:
                fixed = ", ".join(found["fix_versions"]) or "no version yet"
                print(f"  {found['id']}, {package['name']} {package['version']}: fixed in {fixed}")
                wrong += 1
    print(f"  {wrong} to be mended.")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
