"""What nginx.conf promises, without a browser: cookies, limits, and what happens when a replica dies."""

from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from websockets.exceptions import InvalidStatus

from tests.deploy.conftest import Proxy, free_address, running_nginx
from tests.deploy.person import Person
from tests.voice import sound_file, voice

pytestmark = pytest.mark.deploy

MEBIBYTE = 2**20


def test_newcomers_are_spread_evenly(proxy: Proxy) -> None:
    newcomers = [Person(proxy) for _ in range(10)]
    for person in newcomers:
        person.get("/")
    assert Counter(person.replica for person in newcomers) == dict.fromkeys(proxy.replicas, 5)


def test_a_session_stays_with_its_replica(proxy: Proxy) -> None:
    earlier = len(proxy.log())
    with ExitStack() as stack:
        people = [stack.enter_context(Person(proxy)) for _ in range(4)]
        own = [person.replica for person in people]
        assert Counter(own) == dict.fromkeys(proxy.replicas, 2)
        sounds = [sound_file(voice(seconds=0.4 + place / 50)) for place in range(4)]
        addresses = [person.say(sound) for person, sound in zip(people, sounds, strict=True)]
        for _ in range(5):
            for person, sound, address in zip(people, sounds, addresses, strict=True):
                assert person.get(address).content == sound
                assert person.upload(sound).status_code == 204
        assert [person.replica for person in people] == own
    log = proxy.log()[earlier:]
    for person, replica, address in zip(people, own, addresses, strict=True):
        asked = [line for line in log if person.session in line["path"] or line["path"] == address]
        assert [line["replica"] for line in asked] == 11 * [replica]


def test_what_misses_its_replica_is_refused(proxy: Proxy) -> None:
    with Person(proxy) as person:
        address, own = person.say(sound_file(voice())), person.replica
        (person.replica,) = set(proxy.replicas) - {own}
        assert person.upload(b"RIFF").status_code == 400
        assert person.get(address).status_code == 404
        person.replica = own
        assert person.upload(b"RIFF").status_code == 204
        assert person.get(address).ok


def test_an_unknown_replica_in_the_cookie(proxy: Proxy) -> None:
    person = Person(proxy)
    person.replica = "192.0.2.1:80"
    assert person.get("/_stcore/health").ok
    assert person.replica in proxy.replicas


def test_the_largest_upload(proxy: Proxy) -> None:
    with Person(proxy) as person:
        assert person.upload(bytes(10 * MEBIBYTE - 1024)).status_code == 204
        assert person.upload(bytes(10 * MEBIBYTE + 1)).status_code == 413


def test_a_websocket_from_another_site(proxy: Proxy) -> None:
    person = Person(proxy)
    person.get("/_stcore/health")
    for origin in ("https://elsewhere.test", "null", proxy.address.replace("https", "http")):
        with pytest.raises(InvalidStatus, match="403"):
            person.connect(origin)
        refused = [
            line for line in proxy.log() if line["path"] == "/_stcore/stream" and line["status"] == "403"
        ]
        assert refused[-1]["replica"] == "-"


def test_cookies_travel_over_https_only(proxy: Proxy) -> None:
    cookies = Person(proxy).get("/_stcore/health").raw.headers.getlist("Set-Cookie")
    assert len(cookies) == 2
    assert all("; secure" in cookie.lower() for cookie in cookies)


def test_http_is_sent_to_https(proxy: Proxy) -> None:
    for asked, place in ((proxy.http, "127.0.0.1"), (proxy.https, proxy.https)):
        answer = Person(proxy).http.get(f"http://{asked}/training?a=1", allow_redirects=False, timeout=10)
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"https://{place}/training?a=1"


def test_when_a_replica_is_killed_another_one_takes_its_people(proxy: Proxy) -> None:
    with Person(proxy) as one, Person(proxy) as other:
        assert one.replica != other.replica
        dead, alive = proxy.replicas[one.replica], other.replica
        dead.kill()
        try:
            one.open()
            assert one.replica == alive
            assert one.upload(b"RIFF").status_code == 204
            assert other.upload(b"RIFF").status_code == 204
            newcomers = [Person(proxy) for _ in range(4)]
            assert all(person.get("/").ok and person.replica == alive for person in newcomers)
        finally:
            dead.start()
            dead.wait_until_healthy()
        # Its people do not go back: their sessions are here now.
        assert one.get("/_stcore/health").ok
        assert one.replica == alive
        assert one.upload(b"RIFF").status_code == 204


def test_when_no_replica_lives(tmp_path: Path) -> None:
    with running_nginx(tmp_path, [free_address(), free_address()]) as proxy:
        answer = Person(proxy).get("/")
        assert answer.status_code == 503
        assert "tries again by itself" in answer.text
        assert "mvae_replica" not in answer.cookies
