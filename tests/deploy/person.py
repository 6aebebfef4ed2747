"""Someone at a browser without a screen, who speaks to the app as the frontend of Streamlit 1.67 does."""

from collections.abc import Iterator
from contextlib import ExitStack
from types import TracebackType
from typing import Self

import requests
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import UploadedFileInfo
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.sync.client import ClientConnection, connect

from tests.deploy.conftest import PATIENCE, Proxy


class Person:
    """One session; at first, a newcomer without cookies."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy = proxy
        self.http = requests.Session()
        self.http.trust_env = False  # neither proxies nor certificates of this machine
        self.http.verify = str(proxy.certificate)
        self.session = ""
        self.uploader = ""
        self.page = ""  # as Streamlit calls it; empty for the first
        self.pages: dict[str, str] = {}  # address of each page -> what Streamlit calls it
        self._connection = ExitStack()

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def replica(self) -> str:
        """What the cookie says."""
        return self.http.cookies["mvae_replica"]

    @replica.setter
    def replica(self, address: str) -> None:
        self.http.cookies.set("mvae_replica", address, domain="127.0.0.1", path="/")

    def get(self, path: str) -> requests.Response:
        return self.http.get(self.proxy.address + path, timeout=PATIENCE)

    def open(self) -> None:
        """Load the page and run it."""
        for path in ("/", "/_stcore/health"):
            self.get(path).raise_for_status()
        self.socket = self.connect(self.proxy.address)
        self.run()

    def close(self) -> None:
        self._connection.close()

    def connect(self, origin: str) -> ClientConnection:
        """Open a websocket from a page of this origin; its answer, too, says where the session is."""
        self.close()
        cookies = "; ".join(f"{name}={value}" for name, value in self.http.cookies.items())
        websocket = connect(
            f"wss://{self.proxy.https}/_stcore/stream", ssl=self.proxy.trust, origin=origin,
            subprotocols=["streamlit", self.http.cookies["_streamlit_xsrf"]], max_size=None,
            additional_headers={"Cookie": cookies}, open_timeout=PATIENCE, proxy=None,
        )  # fmt: skip
        connection = self._connection.enter_context(websocket)
        assert connection.response.headers["Set-Cookie"].startswith(f"mvae_replica={self.replica};")
        return connection

    def run(self, *states: WidgetState) -> list[Element]:
        """Run the page with these widgets' values: the elements that it shows."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.widget_states.widgets.extend(states)
        return self._rerun(message)

    def open_link(self, query: str, page: str = "") -> list[Element]:
        """Run a page as a link asks for: the elements that it shows."""
        self.page = self.pages[page] if page else ""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.query_string = query
        return self._rerun(message)

    def _rerun(self, message: BackMsg) -> list[Element]:
        elements = []
        for answer in self._ask(message, last="script_finished"):
            if answer.HasField("new_session"):
                self.session = answer.new_session.initialize.session_id
            elif answer.HasField("navigation"):
                self.pages = {
                    page.url_pathname: page.page_script_hash for page in answer.navigation.app_pages
                }
            elif answer.HasField("delta"):
                elements.append(answer.delta.new_element)
        assert answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        assert not any(element.HasField("exception") for element in elements)
        uploaders = [each.file_uploader.id for each in elements if each.HasField("file_uploader")]
        self.uploader = next(iter(uploaders), "")
        return elements

    def upload(self, content: bytes) -> requests.Response:
        """Put a file into the session, of which the app hears nothing yet."""
        return self._put(f"/_stcore/upload_file/{self.session}/some-file", content)

    def say(self, content: bytes) -> str:
        """Upload a sound as the speech input: the address at which the app plays it back."""
        request = BackMsg()
        request.file_urls_request.file_names.append("seven.wav")
        request.file_urls_request.session_id = self.session
        *_, answer = self._ask(request, last="file_urls_response")
        urls = answer.file_urls_response.file_urls[0]
        assert self._put(urls.upload_url, content).status_code == 204
        state = WidgetState(id=self.uploader)
        state.file_uploader_state_value.uploaded_file_info.append(
            UploadedFileInfo(name="seven.wav", size=len(content), file_id=urls.file_id, file_urls=urls)
        )
        return next(element.audio.url for element in self.run(state) if element.HasField("audio"))

    def _put(self, path: str, content: bytes) -> requests.Response:
        return self.http.put(
            self.proxy.address + path,
            files={"seven.wav": ("seven.wav", content, "audio/wav")},
            headers={"X-Xsrftoken": self.http.cookies["_streamlit_xsrf"]},
            timeout=PATIENCE,
        )

    def _ask(self, question: BackMsg, last: str) -> Iterator[ForwardMsg]:
        """Send a message, and give all that comes, up to one of the kind that answers it."""
        self.socket.send(question.SerializeToString())
        while True:
            message = ForwardMsg.FromString(self.socket.recv(timeout=PATIENCE))
            yield message
            if message.HasField(last):
                return
