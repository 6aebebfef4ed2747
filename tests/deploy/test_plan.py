import re
import subprocess
import sys

from tests.deploy.conftest import ROOT


def plan(command: str) -> str:
    words = command.replace("\\\n", " ").split()
    assert words[:2] == ["python", "deploy/plan.py"]
    return subprocess.run(
        [sys.executable, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout


def test_the_arithmetic() -> None:
    measured = "--students-a-process 10 --cores-a-process 0.5 --process-mib 512 --session-mib 2"
    traffic = "--opening-kb 1500 --action-kb 25 --seconds-an-action 2"
    rows = plan(f"python deploy/plan.py 5 1000 {measured} {traffic}").splitlines()[2:]
    assert rows[0] == "| 5 | 2 | 1 | 2 | 1 | 1 |"
    assert (
        rows[1] == "| 1,000 | 110 | 50 | 57 | 100 | 200 |"
    )  # 110 x 512 + 1000 x 2 MiB; 1000 x 1.5 MB in 60 s


def test_the_table_in_the_documentation_is_what_the_command_prints() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text()
    command, rest = re.search(r"```bash\n(python deploy/plan\.py .*?)\n```\n\n(.*)", page, re.DOTALL).groups()
    assert "MEASURED" not in command, "docs/deploy.md: put in the measured figures and the table they give"
    assert rest.startswith(plan(command))
