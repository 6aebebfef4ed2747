"""The task that a person names on a command line."""

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

from mvae.errors import TaskError
from mvae.tasks.digits import TASK
from mvae.tasks.task import Task

if TYPE_CHECKING:  # it loads torch
    from mvae.model.model import MVAEConfig


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


def task_of(model: "MVAEConfig", named: str | None) -> Task:
    """Return the task whose data a checkpoint is measured on.

    Parameters
    ----------
    model
        What the checkpoint says of its modalities and classes.
    named
        As `find_task` takes it; None: the poster's.

    Raises
    ------
    TaskError
        If there is no such task, or it has other modalities or classes than the model.
    """
    task = TASK if named is None else find_task(named)
    if task.describes(model):
        return task
    found = f"{', '.join(model.names)}; {len(model.classes)} classes"
    if named is None:
        msg = (
            f"This checkpoint is of another task ({found}): name it with --task, such as --task mine.py:TASK."
        )
    else:
        own = ", ".join(modality.name for modality in task.modalities)
        msg = (
            f"This checkpoint is of another task ({found}) than {task.name} ({own}; {len(task.classes)} "
            "classes), or its samples have another form."
        )
    raise TaskError(msg)
