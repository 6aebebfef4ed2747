"""Print what so many students at the same time take, from measured figures: `python -m benchmarks.load`.

Students are spread evenly. A tenth more processes than they fill stand by, at least one: when a process dies,
its students find room at the others.
"""

import argparse
import math

SPARE = 0.1
OPENING_SECONDS = 60  # within which all of them open the page, when a lesson begins

COLUMNS = ("students", "processes", "cores", "memory, GiB", "Mbit/s", "Mbit/s, all opening in a minute")


def main() -> None:
    """Read the measured figures and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n", 1)[0])
    parser.add_argument("students", type=int, nargs="+", help="at the same time")
    measured = parser.add_argument_group("measured with the largest load that is still answered in time")
    measured.add_argument("--students-a-process", type=int, required=True)
    measured.add_argument("--cores-a-process", type=float, required=True, help="processor seconds a second")
    measured.add_argument("--process-mib", type=float, required=True, help="memory before the first student")
    measured.add_argument("--session-mib", type=float, required=True, help="memory that each student adds")
    measured.add_argument(
        "--opening-kb", type=float, required=True, help="sent to a browser with an empty cache"
    )
    measured.add_argument("--action-kb", type=float, required=True, help="sent to a browser for each action")
    measured.add_argument("--seconds-an-action", type=float, default=2, help="default: %(default)s")
    options = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|{'--:|' * len(COLUMNS)}")
    for students in options.students:
        print(f"| {' | '.join(f'{value:,}' for value in needs(students, options))} |")


def needs(students: int, measured: argparse.Namespace) -> list[int]:
    """Return one row of the table."""
    full = math.ceil(students / measured.students_a_process)
    processes = full + max(1, math.ceil(SPARE * full))
    cores = math.ceil(students / measured.students_a_process * measured.cores_a_process)
    memory = (processes * measured.process_mib + students * measured.session_mib) / 1024
    steady = students * measured.action_kb * 8 / 1000 / measured.seconds_an_action
    opening = students * measured.opening_kb * 8 / 1000 / OPENING_SECONDS
    return [students, processes, cores, math.ceil(memory), math.ceil(steady), math.ceil(opening)]


if __name__ == "__main__":
    main()
