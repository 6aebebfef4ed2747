"""The runtime that lies here is the one that was published, under its licence."""

import sys

import pytest

from mvae.files import PROJECT

sys.path.insert(0, str(PROJECT / "tools"))

import vendor_onnxruntime

BUNDLE = "ort.wasm.bundle.min.mjs"


def test_the_runtime_is_the_published_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert vendor_onnxruntime.main(["--check"]) == 0, capsys.readouterr().err
    assert vendor_onnxruntime.read("LICENSE").startswith(b"MIT License")
    assert f"v{vendor_onnxruntime.VERSION}".encode() in vendor_onnxruntime.read(BUNDLE)[:200]


def test_another_one_is_noticed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    name = "ort-wasm-simd-threaded.wasm"
    monkeypatch.setitem(vendor_onnxruntime.SHA256, name, 64 * "0")
    assert vendor_onnxruntime.main(["--check"]) == 1
    assert name in capsys.readouterr().err
