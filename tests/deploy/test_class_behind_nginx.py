"""The class view behind nginx: the link of a class leads to the replica in which it is."""

import re

import pytest
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.WidgetStates_pb2 import WidgetState

from mvae.ui import keys
from tests.deploy.conftest import Proxy
from tests.deploy.person import Person

pytestmark = pytest.mark.deploy


def clicked(elements: list[Element], key: str) -> WidgetState:
    """The click on the button with this key."""
    (button,) = [each.button.id for each in elements if each.button.id.endswith(f"-{key}")]
    return WidgetState(id=button, trigger_value=True)


def words(elements: list[Element]) -> str:
    return " ".join(each.markdown.body + each.html.body + each.alert.body for each in elements)


def test_students_come_to_the_replica_of_their_class(proxy: Proxy) -> None:
    for _ in proxy.replicas:  # newcomers are dealt out in turn
        with Person(proxy) as teacher:
            opened = teacher.run(clicked(teacher.open_link("", "class"), keys.CLASS_OPEN))
            code = re.search(r'class="code">([A-Z]{6})<', words(opened))[1]
            assert code[0] == proxy.replicas[teacher.replica].letter
            for own in proxy.replicas:  # also who is at home elsewhere
                student = Person(proxy)
                student.replica = own
                student.get(f"/class?join={code.lower()}")
                assert student.replica == teacher.replica
                with student:  # goes on by the cookie alone
                    assert student.replica == teacher.replica
                    assert f"You are in class {code}" in words(student.open_link(f"join={code}", "class"))


def test_a_code_of_no_replica_leads_to_any(proxy: Proxy) -> None:
    for code in ("ZZZZZZ", "", "127.0.0.1:1"):
        student = Person(proxy)
        assert student.get(f"/class?join={code}").ok
        assert student.replica in proxy.replicas
