import json
from dataclasses import replace
from math import comb

import pytest
import torch
from helpers import modalities, small_batch, small_model

from mvae.model.model import MVAE, MVAEConfig, subset_mask
from mvae.model.subsets import all_subsets


@pytest.mark.parametrize("count", range(1, 7))
def test_all_subsets_are_there_once(count: int) -> None:
    names = tuple("abcdef"[:count])
    subsets = all_subsets(names)
    assert len(subsets) == len(set(subsets)) == 2**count - 1
    for size in range(1, count + 1):
        assert sum(len(subset) == size for subset in subsets) == comb(count, size)
    assert subsets[-1] == names
    assert subsets == sorted(subsets, key=len)


def test_subset_mask_marks_the_members() -> None:
    mask = subset_mask([("a",), ("b", "c"), ()], ("a", "b", "c"))
    assert mask.tolist() == [[1, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert mask.dtype == torch.float32


def test_config_survives_json() -> None:
    config = MVAEConfig("linear", 7, 9, modalities=modalities(4), classes=("a", "b", "c"), label_weight=3.5)
    assert MVAEConfig.from_json(json.loads(json.dumps(config.to_json()))) == config


def test_each_modality_is_encoded_once_and_absent_ones_not_at_all() -> None:
    model = small_model(3)
    inputs, _ = small_batch(model)
    calls = []
    for name, encoder in model.encoders.items():
        encoder.register_forward_hook(lambda *_, name=name: calls.append(name))
    del inputs["m1"]
    experts = model.encode(inputs)
    assert calls == ["m0", "m2"]
    assert experts.mean.shape == experts.log_variance.shape == (2, 4, 3)
    assert model.given(inputs) == ("m0", "m2")


def test_order_of_the_inputs_does_not_matter() -> None:
    model = small_model(3)
    inputs, _ = small_batch(model)
    experts, other = model.encode(inputs), model.encode(dict(reversed(inputs.items())))
    assert torch.equal(experts.mean, other.mean)
    assert torch.equal(experts.log_variance, other.log_variance)


def test_posterior_does_not_depend_on_the_order_of_the_modalities() -> None:
    model = small_model(4)
    turned = MVAE(replace(model.config, modalities=model.config.modalities[::-1])).double().eval()
    turned.load_state_dict(model.state_dict())
    inputs, _ = small_batch(model)
    subsets = all_subsets(model.config.names)
    posteriors = [
        each.fuse(each.encode(inputs), subset_mask(subsets, each.config.names)) for each in (model, turned)
    ]
    for part, other in zip(*posteriors, strict=True):
        torch.testing.assert_close(part, other, rtol=1e-13, atol=1e-13)


def test_samples_that_lack_a_modality_do_not_enter_its_network() -> None:
    model = small_model(3)
    inputs, _ = small_batch(model, size=4)
    present = torch.tensor([[1, 1, 1], [0, 1, 1], [0, 1, 0], [1, 1, 0]], dtype=torch.bool)
    seen = {}
    for name, encoder in model.encoders.items():
        encoder.register_forward_hook(lambda _, given, __, name=name: seen.update({name: given[0]}))
    experts = model.encode(inputs, present)
    assert torch.equal(seen["m0"], inputs["m0"][[0, 3]])
    assert torch.equal(seen["m1"], inputs["m1"])
    assert torch.equal(seen["m2"], inputs["m2"][[0, 1]])
    everything = model.encode(inputs)
    kept = present.T
    torch.testing.assert_close(experts.mean[kept], everything.mean[kept])
    torch.testing.assert_close(experts.log_variance[kept], everything.log_variance[kept])
    assert not experts.mean[~kept].any()
    assert not experts.log_variance[~kept].any()


def test_missing_samples_under_autocast() -> None:
    model = small_model(3, dtype=torch.float32)
    inputs, _ = small_batch(model)
    present = torch.tensor([[1, 1, 1], [0, 1, 1], [0, 1, 0], [1, 1, 0]], dtype=torch.bool)
    with torch.autocast("cpu", torch.bfloat16):
        mixed = model.encode(inputs, present)
    exact = model.encode(inputs, present)
    torch.testing.assert_close(mixed.mean.float(), exact.mean, rtol=0.05, atol=0.02)


def test_decoding_all_subsets_at_once_is_decoding_each() -> None:
    model = small_model(3)
    z = torch.randn(7, 2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    decoded = model.decode(z)
    assert decoded.label.shape == (7, 2, 10)
    assert decoded.modalities["m1"].shape == (7, 2, 2, 3)
    for row in range(7):
        alone = model.decode(z[row])
        torch.testing.assert_close(decoded.label[row], alone.label)
        for name in model.config.names:
            torch.testing.assert_close(decoded.modalities[name][row], alone.modalities[name])
