"""The lesson beside the page, and the menu that opens one.

The panel is docked: the page gets what it leaves, so that it covers nothing. A step that opens a page is a
link, and its page begins afresh; one that stays keeps what the person has drawn.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from mvae.lessons.files import WHOLE_PAGE, Lesson, Step
from mvae.ui import keys
from mvae.ui.keys import css
from mvae.ui.lessons.progress import At, Place, answered, answers, go_to, hides, place, predict, said
from mvae.ui.lessons.text import Lessons as Text
from mvae.ui.runtime.callbacks import guarded


def lesson_menu(lessons: Sequence[Lesson], problem: str) -> None:
    """Show the button under which the lessons are found, or what is wrong with their files."""
    with st.popover(Text.BUTTON, icon=":material/school:", key=keys.LESSONS):
        if problem:
            st.error(problem, icon=":material/error:")
            return
        st.caption(Text.INTRO)
        items = "".join(
            f'<li><a href="{escape(_address(lesson, 1))}" target="_self">{escape(lesson.title)}</a>'
            f"<br>{escape(_about(lesson))}</li>"
            for lesson in lessons
        )
        st.html(f'<ol class="lessons">{items}</ol>')
        st.caption(Text.ALTOGETHER.format(minutes=sum(lesson.minutes for lesson in lessons)))


def show_panel(lessons: Sequence[Lesson], hideable: Mapping[str, str]) -> None:
    """Show the open lesson's step, if one is open, and hide what is not to be seen yet.

    Parameters
    ----------
    lessons
        All of this server.
    hideable
        Name of what may be hidden -> its CSS selector.
    """
    found = place(lessons)
    if found is None:
        return
    st.html(f"<style>{_style()}{_hidden(hides(lessons), hideable)}</style>")
    folded = st.session_state.get(keys.LESSON_IS_FOLDED, False)
    with st.container(key=keys.LESSON_FOLDED if folded else keys.LESSON_PANEL):
        _show_head(found, lessons, folded=folded)
        if folded:
            return
        with st.container(key=keys.LESSON_TEXT, gap="small"):
            st.markdown(f"**{found.step.title}**\n\n{found.step.look}")
        with st.container(key=keys.LESSON_ANSWER, gap="xsmall"):
            choice = answered(found.lesson, found.number)
            if found.step.choices and choice is None:
                _ask(found)
                return
            if choice is not None:
                _explain(found.step, choice)
            if found.number == len(found.lesson.steps):
                st.markdown(Text.DONE)


def _show_head(found: Place, lessons: Sequence[Lesson], *, folded: bool) -> None:
    lesson, step, number = found

    def fold() -> None:
        st.session_state[keys.LESSON_IS_FOLDED] = not folded

    with st.container(key=keys.LESSON_HEAD, horizontal=True, vertical_alignment="center", gap="xsmall"):
        words = Text.WHERE.format(title=lesson.title, number=number, steps=len(lesson.steps))
        back = ""
        if number > 1:
            address = escape(_address(lesson, number - 1))
            back = f'<a href="{address}" target="_self">{escape(Text.BACK)}</a>'
        st.html(
            f'<p role="heading" aria-level="2" class="lesson-where">{escape(words)} {back}</p>',
            width="stretch",
        )
        if not step.choices or answered(lesson, number) is not None:
            _lead_on(found, lessons)
        icon, words = ("expand_less", Text.UNFOLD) if folded else ("expand_more", Text.FOLD)
        st.button(
            words, icon=f":material/{icon}:", key=keys.LESSON_FOLD, type="tertiary",
            on_click=guarded(fold),
        )  # fmt: skip
        st.button(
            Text.CLOSE, icon=":material/close:", key=keys.LESSON_CLOSE, type="tertiary",
            on_click=guarded(lambda: go_to(None)),
        )  # fmt: skip


def _ask(found: Place) -> None:
    at = At(found.lesson.name, found.number)
    st.caption(Text.PREDICT)
    st.markdown(f"**{found.step.question}**")
    for place_, choice in enumerate(found.step.choices):

        def chosen(choice: int = place_) -> None:
            predict(at, choice)

        st.button(choice.text, key=f"{keys.LESSON_CHOICE}{place_}", on_click=guarded(chosen), width="stretch")
    if found.step.hides:
        st.caption(Text.HIDDEN)


def _explain(step: Step, place_: int) -> None:
    """Say whether the answer is right, and why; of a wrong one, also what is right, and why."""
    choice = step.choices[place_]
    st.markdown(f"**{step.question}**")
    if choice.right:
        st.success(f"**{Text.RIGHT.format(text=choice.text)}**\n\n{choice.why}", icon=":material/check:")
        return
    st.warning(f"**{Text.WRONG.format(text=choice.text)}**\n\n{choice.why}", icon=":material/close:")
    right = next(each for each in step.choices if each.right)
    st.info(f"**{Text.RIGHT_WOULD_BE.format(text=right.text)}**\n\n{right.why}", icon=":material/check:")


def _lead_on(found: Place, lessons: Sequence[Lesson]) -> None:
    """Show the way to the next step, or from the last one to the next lesson."""
    lesson, _, number = found
    if number < len(lesson.steps):
        if lesson.steps[number].page is None:
            at = At(lesson.name, number + 1)
            st.button(
                Text.NEXT, key=keys.LESSON_NEXT, type="primary",
                on_click=guarded(lambda: go_to(at)),
            )  # fmt: skip
        else:
            _link(_address(lesson, number + 1), Text.NEXT)
        return
    after = list(lessons[lessons.index(lesson) + 1 :])
    if after:
        _link(_address(after[0], 1), Text.NEXT_LESSON.format(title=after[0].title))


def _link(address: str, words: str) -> None:
    words = escape(words)
    st.html(f'<a class="lesson-next" href="{escape(address)}" target="_self">{words}</a>', width="content")


def _address(lesson: Lesson, number: int) -> str:
    """Return the link that opens a step, relative to any page of the app."""
    situation = lesson.situation(number)
    settings = {**situation.said, **said(At(lesson.name, number))}
    return f"./{situation.page}?{urlencode(settings, safe=',:~@')}"


def _about(lesson: Lesson) -> str:
    given, asked = len(answers().get(lesson.name, {})), sum(bool(step.choices) for step in lesson.steps)
    if given:
        return Text.ANSWERED.format(minutes=lesson.minutes, answered=given, steps=asked)
    return Text.MINUTES.format(minutes=lesson.minutes, steps=len(lesson.steps))


def _hidden(names: Sequence[str], hideable: Mapping[str, str]) -> str:
    if WHOLE_PAGE in names:
        return _NO_PAGE
    found = ", ".join(hideable[name] for name in names)
    return f":is({found}), :is({found}) * {{ visibility: hidden !important; }}" if found else ""


_SEEN = css(keys.LESSON_PANEL, keys.LESSON_FOLDED, keys.PAGE_TITLE)
_NO_PAGE = (
    f".stMainBlockContainer *:not(:is({_SEEN}), :is({_SEEN}) *) {{ visibility: hidden !important; }} "
    f":is({_SEEN}) {{ visibility: visible; }}"
)


@cache
def _style() -> str:
    return Path(__file__).with_name("panel.css").read_text(encoding="utf-8")
