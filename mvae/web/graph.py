"""A network as an ONNX graph whose weights stay in the checkpoint's own file.

ONNX lets a graph name a file beside it, and where in that the numbers of a weight begin. A safetensors file
is just that, numbers behind each other. So a graph has a few kilobytes, the half-precision weights lie there
once for PyTorch and for ONNX, and are widened to float32 when a graph is loaded.

The graphs are written with the package `onnx` alone, module by module. `torch.onnx.export` would need
`onnxscript` beside it and seconds for each network (its older form, which does without, is deprecated), give
other names and nodes with each version of PyTorch, and copy the weights. The dozen kinds of modules of
`mvae.model.networks` are a dozen short functions here, and one that is not known is refused with a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import torch
from onnx import NodeProto, StringStringEntryProto, TensorProto, ValueInfoProto, helper, numpy_helper
from torch import Tensor, nn

from mvae.errors import CheckpointError
from mvae.model.networks import (
    LOG_VARIANCE_LIMIT,
    CepstralNormalisation,
    ChannelDropout,
    Decoder,
    Encoder,
    Residual,
)
from mvae.reading import parse_json

OPSET = 21
"""The first, of 2024, whose group normalisation is PyTorch's; onnxruntime reads it since version 1.18."""
_FILE_FORMAT = 10  # of the year of that opset
_BATCH = "n"
_SLOPE = np.array([-0.4, -0.2, 0.0, 0.2, 0.4], np.float32)  # of `mvae.model.networks.CepstralNormalisation`

_TYPES = {
    "F16": TensorProto.FLOAT16, "BF16": TensorProto.BFLOAT16,
    "F32": TensorProto.FLOAT, "F64": TensorProto.DOUBLE,
}  # fmt: skip

Shape = Sequence[int]


@dataclass(frozen=True)
class WeightsFile:
    """A safetensors file, by its name, and where in it each weight lies.

    Attributes
    ----------
    name
        As the graph, which lies beside it, knows it.
    header
        Name of each weight -> ``dtype``, ``shape`` and ``data_offsets``, as the file itself says them.
    start
        Byte from which the offsets count.
    """

    name: str
    header: Mapping[str, Any]
    start: int

    @classmethod
    def of(cls, name: str, content: bytes) -> Self:
        """Read the header: its length in eight bytes, then JSON (https://github.com/huggingface/safetensors)."""
        start = 8 + int.from_bytes(content[:8], "little")
        return cls(name, parse_json(content[8:start]), start)

    def tensor(self, weight: str) -> TensorProto:
        """Return a weight as ONNX has it that lies in another file."""
        entry = self.header[weight]
        first, end = entry["data_offsets"]
        place = {"location": self.name, "offset": self.start + first, "length": end - first}
        return TensorProto(
            name=weight,
            data_type=_TYPES[entry["dtype"]],
            dims=entry["shape"],
            data_location=TensorProto.EXTERNAL,
            external_data=[StringStringEntryProto(key=key, value=str(place[key])) for key in place],
        )


def graph_of(
    network: Encoder | Decoder,
    name: str,
    weights: WeightsFile,
    inputs: tuple[str, Shape],
    outputs: Mapping[str, Shape],
) -> bytes:
    """Return the file of a network in evaluation mode, for batches of any size n.

    Parameters
    ----------
    network, name
        And under which name its weights are saved, such as ``encoders.farsi``.
    weights
        Where these lie.
    inputs
        Name of the only input, and the shape of one of its samples.
    outputs
        Names and shapes of what it gives: of an encoder the mean and the log-variance.

    Raises
    ------
    CheckpointError
        If it has a part of a form that is not known here.
    """
    graph = _Graph(weights)
    values, sample = inputs[0], torch.zeros(1, *inputs[1], dtype=torch.float32)
    with torch.inference_mode():
        if isinstance(network, Encoder):
            values, sample = graph.add(network.features, f"{name}.features", values, sample)
            values, sample = graph.add(network.head, f"{name}.head", values, sample)
            mean, log_variance = outputs
            graph.node("Split", [values], [mean, "unlimited"], axis=1, num_outputs=2)
            limits = [graph.constant(limit) for limit in (-LOG_VARIANCE_LIMIT, LOG_VARIANCE_LIMIT)]
            graph.node("Clip", ["unlimited", *limits], [log_variance])
        else:
            values, sample = graph.add(network.layers, f"{name}.layers", values, sample)
            (parameters,) = outputs
            graph.reshaped(values, outputs[parameters], parameters)
    return graph.file(inputs, outputs)


class _Graph:
    """Nodes and weights, as they are added."""

    def __init__(self, weights: WeightsFile) -> None:
        self._weights = weights
        self._nodes: list[NodeProto] = []
        self._constants: list[TensorProto] = []

    def add(self, module: nn.Module, name: str, values: str, sample: Tensor) -> tuple[str, Tensor]:
        """Add what a module computes.

        Parameters
        ----------
        module, name
            And under which name its weights are saved.
        values
            Name of its input in the graph.
        sample
            Such an input, (1, …): the shapes are those of what the module makes of it.

        Returns
        -------
        tuple[str, Tensor]
            The same of its output.
        """
        if isinstance(module, nn.Sequential):
            for child, part in module.named_children():
                values, sample = self.add(part, f"{name}.{child}", values, sample)
            return values, sample
        added = _ADDED.get(type(module))
        if added is None:
            raise _unknown(module, name)
        # Some modules work in place.
        return added(self, module, name, values, sample), module(sample.clone())

    def node(self, kind: str, inputs: Sequence[str], outputs: Sequence[str] = (), **how: Any) -> str:
        """Add a node; return the name of its first output."""
        names = list(outputs) or [f"{kind}-{len(self._nodes)}"]
        self._nodes.append(helper.make_node(kind, list(inputs), names, **how))
        return names[0]

    def constant(self, values: object) -> str:
        """Add numbers; return their name. Whole ones become int64, others float32."""
        array = np.asarray(values)
        name = f"constant-{len(self._constants)}"
        wanted = array.astype(np.int64 if array.dtype.kind == "i" else np.float32)
        self._constants.append(numpy_helper.from_array(wanted, name))
        return name

    def weight(self, name: str) -> str:
        """Add a weight, and what widens it to float32; return the name of that."""
        self._constants.append(self._weights.tensor(name))
        return self.node("Cast", [name], to=TensorProto.FLOAT)

    def reshaped(self, values: str, shape: Shape, name: str = "") -> str:
        """Give each sample another shape."""
        return self.node("Reshape", [values, self.constant([-1, *shape])], [name] if name else [])

    def file(self, inputs: tuple[str, Shape], outputs: Mapping[str, Shape]) -> bytes:
        """Return the file."""
        graph = helper.make_graph(
            self._nodes, "network", [_value(*inputs)], [_value(*each) for each in outputs.items()],
            self._constants,
        )  # fmt: skip
        opset = helper.make_opsetid("", OPSET)
        model = helper.make_model(graph, producer_name="mvae", ir_version=_FILE_FORMAT, opset_imports=[opset])
        content: bytes = model.SerializeToString(deterministic=True)
        return content


def _value(name: str, shape: Shape) -> ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, [_BATCH, *shape])


def _linear(graph: _Graph, _module: nn.Linear, name: str, values: str, _sample: Tensor) -> str:
    weights = graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")
    return graph.node("Gemm", [values, *weights], transB=1)


def _convolution(
    graph: _Graph, module: nn.Conv1d | nn.Conv2d, name: str, values: str, _sample: Tensor
) -> str:
    if module.bias is not None or module.groups > 1 or isinstance(module.padding, str):
        raise _unknown(module, name)
    return graph.node(
        "Conv", [values, graph.weight(f"{name}.weight")],
        strides=module.stride, pads=module.padding * 2, dilations=module.dilation,
    )  # fmt: skip


def _group_norm(graph: _Graph, module: nn.GroupNorm, name: str, values: str, _sample: Tensor) -> str:
    weights = graph.weight(f"{name}.weight"), graph.weight(f"{name}.bias")
    return graph.node(
        "GroupNormalization", [values, *weights], num_groups=module.num_groups, epsilon=module.eps
    )


def _relu(graph: _Graph, _module: nn.ReLU, _name: str, values: str, _sample: Tensor) -> str:
    return graph.node("Relu", [values])


def _reshape(
    graph: _Graph, module: nn.Flatten | nn.Unflatten, _name: str, values: str, sample: Tensor
) -> str:
    return graph.reshaped(values, module(sample).shape[1:])


def _pixel_unshuffle(
    graph: _Graph, module: nn.PixelUnshuffle, _name: str, values: str, sample: Tensor
) -> str:
    factor = module.downscale_factor
    channels, height, width = sample.shape[1:]
    # ONNX's SpaceToDepth puts the channels in another order.
    tiles = graph.reshaped(values, [channels, height // factor, factor, width // factor, factor])
    apart = graph.node("Transpose", [tiles], perm=[0, 1, 3, 5, 2, 4])
    return graph.reshaped(apart, module(sample).shape[1:])


def _dropout(_graph: _Graph, _module: ChannelDropout, _name: str, values: str, _sample: Tensor) -> str:
    return values  # of training alone


def _residual(graph: _Graph, module: Residual, name: str, values: str, sample: Tensor) -> str:
    change, _ = graph.add(module.change, f"{name}.change", values, sample)
    return graph.node("Relu", [graph.node("Add", [values, change])])


def _cepstral_normalisation(
    graph: _Graph, module: CepstralNormalisation, name: str, values: str, sample: Tensor
) -> str:
    channels = sample.shape[1]
    time = graph.constant([2])
    loudness = graph.node("Slice", [values, *(graph.constant([number]) for number in (0, 1, 1))])
    loud = graph.node("Sigmoid", [graph.node("Mul", [loudness, graph.constant(2.0)])])
    total = graph.node("Add", [graph.node("ReduceSum", [loud, time]), graph.constant(1e-3)])
    mean = graph.node("Div", [graph.node("ReduceSum", [graph.node("Mul", [values, loud]), time]), total])
    padded = graph.node("Pad", [values, graph.constant([0, 0, 2, 0, 0, 2])], mode="edge")
    slope = graph.node("Conv", [padded, graph.constant(np.tile(_SLOPE, (channels, 1, 1)))], group=channels)
    both = graph.node("Concat", [graph.node("Sub", [values, mean]), slope], axis=1)
    layers, _ = graph.add(module.layers, f"{name}.layers", both, torch.cat([sample, sample], dim=1))
    return graph.node("Concat", [layers, graph.reshaped(mean, [channels])], axis=1)


_ADDED: Mapping[type[nn.Module], Callable[[_Graph, Any, str, str, Tensor], str]] = {
    nn.Linear: _linear,
    nn.Conv1d: _convolution,
    nn.Conv2d: _convolution,
    nn.GroupNorm: _group_norm,
    nn.ReLU: _relu,
    nn.Flatten: _reshape,
    nn.Unflatten: _reshape,
    nn.PixelUnshuffle: _pixel_unshuffle,
    ChannelDropout: _dropout,
    Residual: _residual,
    CepstralNormalisation: _cepstral_normalisation,
}


def _unknown(module: nn.Module, name: str) -> CheckpointError:
    msg = f"{name}, a {type(module).__name__}, is of a form that cannot be written as ONNX here (mvae/web)."
    return CheckpointError(msg)
