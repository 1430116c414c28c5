"""What is done to a network before it is shipped changes its file, not its answers; the training group is needed."""

import pytest

torch = pytest.importorskip("torch")
onnx = pytest.importorskip("onnx")
transformers = pytest.importorskip("transformers")
pytest.importorskip("onnx_ir")

from onnx import TensorProto, helper  # noqa: E402 - only where its libraries are

from training.export import cut_positions, level, shorten  # noqa: E402


class Small(torch.nn.Module):
    """A BERT of two layers, of which one channel is a hundred times as loud as the others."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(3)
        config = transformers.BertConfig(
            vocab_size=50, hidden_size=24, num_hidden_layers=2, num_attention_heads=3, intermediate_size=40
        )
        self.encoder = transformers.BertModel(config, add_pooling_layer=False).eval()
        for layer in self.encoder.encoder.layer:
            layer.attention.output.LayerNorm.weight.data[5] = 100.0

    def forward(self, ids: object, mask: object, places: object) -> object:
        """Vectors of all tokens."""
        return self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state


IDS = torch.tensor([[2, 7, 9, 11, 3]])
GIVEN = (IDS, torch.ones_like(IDS), torch.tensor([[1]]))


def test_levelled_and_cut_it_computes_the_same() -> None:
    model = Small()
    with torch.inference_mode():
        before = model(*GIVEN)
        level(model, [(IDS[0].tolist(), [1])])
        cut_positions(model, 8)
        after = model(*GIVEN)
    assert torch.allclose(before, after, atol=1e-3)
    assert model.encoder.embeddings.position_embeddings.weight.shape == (8, 24)


def test_the_loud_channel_is_no_louder_than_the_rest_where_it_is_read() -> None:
    model = Small()
    dense = model.encoder.encoder.layer[0].intermediate.dense
    heard = []
    dense.register_forward_hook(lambda _, args, __: heard.append(args[0].abs().flatten(0, 1).amax(0)))
    with torch.inference_mode():
        model(*GIVEN)
        level(model, [(IDS[0].tolist(), [1])])
        heard.clear()
        model(*GIVEN)
    # the factor stands before the product, whose own hooks hear what comes in
    peak = heard[-1]
    assert peak.max() / peak.median() < 10


def test_short_names_leave_the_graph_as_it_computes() -> None:
    inner = helper.make_graph(
        [helper.make_node("Identity", ["a rather long name"], ["inner"])],
        "then",
        [],
        [helper.make_tensor_value_info("inner", TensorProto.FLOAT, [2])],
    )
    graph = helper.make_graph(
        [
            helper.make_node("Neg", ["x"], ["a rather long name"], name="node with a name"),
            helper.make_node("If", ["yes"], ["chosen"], then_branch=inner, else_branch=inner),
            helper.make_node("Add", ["chosen", "a weight of the model"], ["y"]),
        ],
        "whole",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [2])],
        [
            helper.make_tensor("yes", TensorProto.BOOL, [], [True]),
            helper.make_tensor("a weight of the model", TensorProto.FLOAT, [2], [1.0, 2.0]),
        ],
    )
    found = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    shorten(found)
    onnx.checker.check_model(found)
    assert not any(node.name for node in found.graph.node)
    assert "a weight of the model" not in found.SerializeToString().decode("latin-1")
    run = onnx.reference.ReferenceEvaluator(found).run
    assert run(["y"], {"x": torch.tensor([3.0, 5.0]).numpy()})[0].tolist() == [-2.0, -3.0]
