"""The task that a person names on a command line."""

import importlib.util
from pathlib import Path

from mvae.errors import TaskError
from mvae.tasks.digits import TASK
from mvae.tasks.task import Task


def find_task(text: str) -> Task:
    """Return the task that a person names.

    Parameters
    ----------
    text
        ``digits``, or a Python file and the task's name in it: ``mine.py:TASK``. The file is run.

    Raises
    ------
    TaskError
        If there is none.
    """
    if text == TASK.name:
        return TASK
    file, _, name = text.rpartition(":")
    path = Path(file)
    if not file or not name.isidentifier() or not path.is_file():
        msg = f"There is no task “{text}”: give digits, or a Python file and a name in it: mine.py:TASK."
        raise TaskError(msg)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        msg = f"{path} is no Python file."
        raise TaskError(msg)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = getattr(module, name, None)
    if not isinstance(found, Task):
        msg = f"{path} holds no task {name}; write {name} = Task(…) in it, as in mvae/tasks/digits.py."
        raise TaskError(msg)
    return found
