"""Train one now: choose, watch a small model learn in the background, and take it to the other pages."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from mvae.checkpoint.files import read_metrics
from mvae.errors import CheckpointError
from mvae.files import TRAIN
from mvae.training import jobs
from mvae.training.job import IMAGES, Choice, Job, State
from mvae.training.jobs import Jobs
from mvae.ui import keys
from mvae.ui.frame.presence import JOB as _JOB
from mvae.ui.frame.presence import Presence, ask
from mvae.ui.runtime.callbacks import guarded
from mvae.ui.runtime.compat import connection
from mvae.ui.runtime.failures import error_boundary
from mvae.ui.runtime.warmup import at_end
from mvae.ui.state import models
from mvae.ui.state.fields import Field, widget_field
from mvae.ui.state.task import shown
from mvae.ui.text import Common
from mvae.ui.training.replay import show_replay
from mvae.ui.training.text import Training as Text

_EVERY = 1.5  # seconds between two looks at a training
_LATENT_SIZES = (2, 8, 20, 64)
_DEFAULTS: dict[str, Any] = {
    keys.OWN_ENCODER: "linear", keys.OWN_LATENT: 20, keys.OWN_SUBSETS: "all", keys.OWN_MINUTES: 1,
}  # fmt: skip
_OPTIONS: dict[str, Sequence[Any]] = {
    keys.OWN_ENCODER: tuple(Text.ENCODERS), keys.OWN_LATENT: _LATENT_SIZES,
    keys.OWN_SUBSETS: tuple(Text.SUBSETS_CHOICES), keys.OWN_MINUTES: tuple(Text.LENGTHS),
}  # fmt: skip


def _option(key: str, text: str) -> Any:
    """Return the option that a text names; raises ValueError if there is none."""
    return _OPTIONS[key][[str(option) for option in _OPTIONS[key]].index(text)]


FIELDS: tuple[Field, ...] = tuple(
    widget_field(key, key, default, partial(_option, key)) for key, default in _DEFAULTS.items()
)
"""Of a lesson link: what is chosen to be trained."""


@st.cache_resource(show_spinner=False, max_entries=1)
def server_jobs() -> Jobs:
    """Return the trainings of this server, of all sessions."""
    server = Jobs()
    at_end(server.close)
    return server


def show_training() -> None:
    """Show what can be chosen, and the training of this session if there is one."""
    if not shown().is_posters:
        st.info(Text.TRAINING_OF_POSTER.format(command=f"{TRAIN} --task {Text.TASK} --out runs/mine"))
        return
    job: Job | None = st.session_state.get(_JOB)
    missing = jobs.missing_file()
    if missing is None:
        st.caption(Text.OWN_EXPLAINED.format(**IMAGES))
    else:
        st.caption(Text.OWN_EXPLAINED_WITHOUT)
        st.info(Text.NO_DATA.format(path=missing), icon=":material/database:")
    active = job is not None and job.state.active
    choice = _choose(disabled=active, stand_ins=missing is not None)
    st.fragment(error_boundary()(_watch), run_every=_EVERY if active else None)(job, choice, active=active)
    with st.expander(Text.COMMAND, icon=":material/terminal:"):
        st.code(f"{TRAIN} {' '.join(choice.arguments)} --out runs/own", language="bash", wrap_lines=True)


def _choose(*, disabled: bool, stand_ins: bool) -> Choice:
    def control(label: str, key: str, show: Callable[[Any], str] = str, tip: str | None = None) -> Any:
        st.session_state.setdefault(key, _DEFAULTS[key])
        return st.segmented_control(
            label, _OPTIONS[key], format_func=show, required=True, disabled=disabled, help=tip, key=key,
            persist_state="session",
        )  # fmt: skip

    with st.container(horizontal=True, gap="medium"):
        encoder = control(Text.ENCODER, keys.OWN_ENCODER, Text.ENCODERS.__getitem__)
        latent_size = control(Text.LATENT, keys.OWN_LATENT, tip=Text.LATENT_HELP)
        subsets = control(Text.SUBSETS, keys.OWN_SUBSETS, Text.SUBSETS_CHOICES.__getitem__, Text.SUBSETS_HELP)
        minutes = control(Text.LENGTH, keys.OWN_MINUTES, Text.LENGTHS.__getitem__, Text.LENGTH_HELP)
    return Choice(encoder, latent_size, joint_only=subsets == "joint", minutes=minutes, stand_ins=stand_ins)


def _watch(job: Job | None, choice: Choice, *, active: bool) -> None:
    """Show buttons, one sentence, and what is imagined so far; `active` is what the page believes."""
    state = None if job is None else job.state
    if job is not None:
        ask(job)
    if active and job is not None and not job.state.active:
        st.rerun()  # it has ended: the choices come back, and nothing runs by itself any more
    with st.container(horizontal=True, gap="small"):
        _start_button(job, choice, disabled=active)
        if job is not None:
            _buttons(job)
    if job is None or state is None:
        return
    epochs = len(read_metrics(job.directory))
    with st.container(height=64, border=False):
        _show_state(job, state, epochs)
    show_replay(job.directory, total=job.choice.epochs)


def _start_button(job: Job | None, choice: Choice, *, disabled: bool) -> None:
    label = Text.START if job is None else Text.AGAIN
    if st.button(
        label, icon=":material/model_training:", type="primary", disabled=disabled, key=keys.OWN_START
    ):
        if job is not None and job is not st.session_state.get(keys.OWN_USED):
            server_jobs().remove(job)
        st.session_state[_JOB] = server_jobs().start(choice, Presence(connection()))
        st.rerun()


def _buttons(job: Job) -> None:
    server, state = server_jobs(), job.state
    running = state in {State.TRAINING, State.PAUSED} and job.stopping is None
    if state == State.PAUSED:
        st.button(
            Text.GO_ON, icon=":material/play_arrow:", key=keys.OWN_GO_ON,
            on_click=guarded(server.go_on), args=(job,),
        )  # fmt: skip
    else:
        st.button(
            Text.PAUSE, icon=":material/pause:", key=keys.OWN_PAUSE,
            on_click=guarded(server.pause), args=(job,), disabled=not running,
        )  # fmt: skip
    st.button(
        Text.STOP, icon=":material/stop:", key=keys.OWN_STOP, on_click=guarded(server.stop), args=(job,),
        disabled=not running and state != State.WAITING,
    )  # fmt: skip
    used = job is st.session_state.get(keys.OWN_USED)
    if st.button(Text.USE, icon=":material/check:", key=keys.OWN_USE, disabled=not job.usable or used):
        try:
            models.take_over(job.directory)
        except CheckpointError as error:
            st.session_state[keys.OWN_COMPLAINT] = str(error)
        else:
            if (before := st.session_state.get(keys.OWN_USED)) is not None:
                server.remove(before)
            st.session_state[keys.OWN_USED] = job
        st.rerun()


def _show_state(job: Job, state: State, epochs: int) -> None:
    """Say in one sentence what becomes of a training."""
    counts = {"epochs": epochs, "total": job.choice.epochs}
    if state == State.WAITING:
        people = server_jobs().before(job)
        st.info(Text.WAITING.format(people=Text.PEOPLE[min(people, 2)].format(count=people)))
    elif state == State.TRAINING and (job.stopping is not None or epochs == job.choice.epochs):
        st.info(Text.STOPPING)
    elif state == State.TRAINING and epochs == 0:
        _show_progress(job)
    elif state == State.TRAINING:
        st.info(Text.TRAINING.format(**counts))
    elif state == State.PAUSED:
        st.info(Text.PAUSED.format(**counts, minutes=jobs.LONGEST_PAUSE / 60))
    elif state == State.FAILED:
        reason = job.complaint
        st.error(Text.FAILED_WITH.format(reason=reason) if reason else Text.FAILED)
    elif job is st.session_state.get(keys.OWN_USED):
        st.success(Text.USED.format(name=Common.OWN_MODEL))
    elif keys.OWN_COMPLAINT in st.session_state:
        st.error(st.session_state.pop(keys.OWN_COMPLAINT))
    elif not job.usable:
        st.warning(Text.STOPPED_EARLY)
    else:
        st.success((Text.DONE if state == State.DONE else Text.STOPPED).format(**counts))


def _show_progress(job: Job) -> None:
    """Show how far a training is with the data, and with its first epoch."""
    progress = job.progress
    if progress is None:
        st.info(Text.LOADING)
        return
    step = Text.LOADING_STEPS.get(progress.what.split("/")[0], Text.LOADING_STEP)
    share = min(1.0, progress.done / progress.total)
    st.progress(share, Text.LOADED.format(step=step, done=progress.done, total=progress.total))
