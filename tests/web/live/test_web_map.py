"""A place on the map is of the same latent in the page and on the server."""

import numpy as np
import pytest

from mvae.checkpoint.latent_map import NEAREST, load_map
from mvae.checkpoint.place import MAP
from mvae.files import PROJECT
from tests.web.javascript import JavaScript

pytestmark = pytest.mark.browser

LATENTS = """
const { LatentMap } = await import("/live/map.js");
const map = new LatentMap(file.buffer, nearest);
return places.map((place) => {
  const latent = map.latentAt(place);
  return { latent, neighbours: map.neighbours(place), place: map.placeOf(latent.map((each) => each + away)) };
});
"""


@pytest.mark.parametrize("name", ["conv", "linear"])
def test_places_are_of_the_servers_latents(javascript: JavaScript, name: str) -> None:
    directory = PROJECT / "checkpoints" / name
    there = load_map(directory)
    assert there is not None
    places = np.random.default_rng(0).random((200, 2)).round(3)
    places[:3] = there.places[0], (0, 0), (1, 1)
    file = np.frombuffer((directory / MAP).read_bytes(), np.uint8)
    found = javascript(LATENTS, file=file, nearest=NEAREST, places=places.tolist(), away=0.01)
    for place, each in zip(places, found, strict=True):
        np.testing.assert_allclose(each["latent"], there.latent_at(place), atol=2e-5)
        assert each["neighbours"] == there.neighbours(place).tolist()
        home = there.place_of(np.array(each["latent"], np.float32) + np.float32(0.01))
        np.testing.assert_allclose(each["place"], home, atol=1e-4)
