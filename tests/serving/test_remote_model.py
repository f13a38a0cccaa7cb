"""What a server answers, over REST and gRPC alike, is what the export answers here; and what goes wrong is told."""

import numpy as np
import pytest

from tests.serving import hostile
from tests.serving.translators import file_of, smooth
from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.connect import connect
from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.retries import TimedOut, Unavailable


def model_at(server, name="bright", version=None, rows_at_once=16, **options):
    return connect(Connection(server.url, **{"timeout": 20.0, **options}), name, version, rows_at_once)


def predictions(served):
    return [path for _, path in served.requests if path.endswith(("predict", ":predict"))]


def test_images_are_the_exports_to_the_bit(server, served, in_process):
    model = model_at(server, version="1")
    seeds = np.array([5, 0, 2**62, *range(20)])
    np.testing.assert_array_equal(model.generate(seeds), in_process.generate(seeds))
    np.testing.assert_array_equal(model.generate([7, 7], [2, 0]), in_process.generate([7, 7], [2, 0]))
    walk = ([1, 2], [3, 4], [0.25, 0.5])
    np.testing.assert_array_equal(model.interpolate(*walk), in_process.interpolate(*walk))


@pytest.mark.parametrize(
    ("name", "direction"), [("colour", None), ("both", "b_to_a"), ("mask", None), ("encoder", None)]
)
def test_pictures_travel_both_ways(server, serve_translator, translators, name, direction):
    serve_translator(name)
    here, there = translators[name], model_at(server, name)
    assert (there.kind, there.makes_points, there.takes_masks) == (here.kind, False, name == "mask")
    pictures = [file_of(smooth(9, 12, 3, seed), kind) for seed, kind in enumerate(["PNG", "JPEG"] * 9)]
    masks = pictures[::-1] if name == "mask" else None
    np.testing.assert_array_equal(
        there.translate(pictures, direction, masks), here.translate(pictures, direction, masks)
    )


def test_points_and_latents_travel(server, serve_translator, translators):
    serve_translator("points")
    serve_translator("encoder")
    points = np.random.default_rng(0).normal(size=(5, 2)).astype(np.float32)
    found, expected = (
        model.translate(points, "b_to_a") for model in (model_at(server, "points"), translators["points"])
    )
    np.testing.assert_array_equal(found, expected)
    images = np.random.default_rng(0).uniform(size=(5, 8, 8, 1)).astype(np.float32)
    found, expected = (model.encode(images) for model in (model_at(server, "encoder"), translators["encoder"]))
    np.testing.assert_array_equal(found, expected)


def test_a_hostile_picture_is_told_by_its_row(server, serve_translator):
    serve_translator("colour")
    pictures = [hostile.PNG, hostile.png_that_claims(60000, 60000)]
    message = "image_bytes: at most 16 megapixels each; received row, height, width: .*1 60000 60000"
    with pytest.raises(UserError, match=message):
        model_at(server, "colour").translate(pictures)


def test_many_are_asked_for_in_parts(server, served):
    model = model_at(server, rows_at_once=4)
    assert model.num_classes == 3
    before = len(predictions(served))
    assert model.generate(np.arange(10)).shape == (10, 8, 8, 1)
    assert len(predictions(served)) - before == 3


def test_class_names_travel(server):
    model = model_at(server)
    assert (model.num_classes, model.class_names, model.makes_points) == (3, ["dark", "grey", "bright"], False)
    assert [model.label(text) for text in ("grey", "2")] == [1, 2]


@pytest.mark.parametrize("text", ["3", "-1", "green", "1.0"])
def test_a_label_that_is_none(server, text):
    with pytest.raises(UserError, match=f"--labels={text}: expected 0 to 2, or the names dark, grey, bright"):
        model_at(server).label(text)


def test_floats_come_back(server, in_process):
    inputs = {"latents": np.linspace(-1, 1, 6, dtype=np.float32).reshape(2, 3), "labels": np.array([0, 2], np.int32)}
    found = model_at(server).predict("serving_default", inputs)["images"]
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, in_process.predict("serving_default", inputs)["images"], atol=1e-6)


@pytest.mark.parametrize(("version", "limit"), [("1", 1024), ("2", 4), ("stable", 1024), ("canary", 4), (None, 4)])
def test_versions_by_number_and_label(server, version, limit):
    seeds = np.arange(5)
    model = model_at(server, version=version)
    if limit == 1024:
        assert len(model.generate(seeds)) == 5
    else:
        with pytest.raises(UserError, match=r"refused the request: expected at most 4 rows in a request.* \[5\]"):
            model.generate(seeds)


# What goes wrong.


def test_a_refusal_is_in_the_words_of_the_graph(server):
    with pytest.raises(UserError) as error:
        model_at(server).generate([1], [9])
    assert "the server refused the request: expected labels from 0 to 2, received: [9]" in str(error.value)
    assert "\n" not in str(error.value)


def test_a_model_that_is_not_there(server):
    with pytest.raises(UserError, match=r"--model=brigth: .* serves no such model"):
        model_at(server, "brigth").generate([1])


def test_a_version_that_is_not_there(server):
    with pytest.raises(UserError, match=r"--version=9: .* versions there: 1 \(AVAILABLE\), 2 \(AVAILABLE\)"):
        model_at(server, version="9").generate([1])


def test_a_label_of_versions_that_is_not_there(server):
    with pytest.raises(UserError, match="version label: beta"):
        model_at(server, version="beta").generate([1])


@pytest.mark.parametrize("version", [None, "3"])
def test_a_version_that_is_not_ready(server, served, version):
    served.models["bright"] = {3: "LOADING"}
    with pytest.raises(Unavailable, match=r"--model=bright: not ready yet: version 3 is LOADING"):
        model_at(server, version=version, retries=1).generate([1])


def test_a_version_that_becomes_ready_is_waited_for(server, served, loaded):
    class Becoming(dict):
        """Loads version 3 once its state has been asked for."""

        def items(self):
            found = list(super().items())
            if isinstance(self[3], str):
                self.asked = getattr(self, "asked", 0) + 1
            if getattr(self, "asked", 0) >= 3:
                self[3] = loaded[1]
            return found

    served.models["bright"] = Becoming({3: "LOADING"})
    assert model_at(server, retries=6).generate([1]).shape == (1, 8, 8, 1)


def test_another_model_than_ours(server, served):
    class Foreign(type(served.models["bright"][1])):
        def __init__(self):
            self.signatures = {}

    served.models["foreign"] = {1: Foreign()}
    with pytest.raises(UserError, match="is no export of this package; its signatures: none"):
        model_at(server, "foreign").generate([1])


def test_a_busy_server_is_asked_again(server, served):
    served.faults.extend([("status", 503)] * 2)
    assert model_at(server).generate([1]).shape == (1, 8, 8, 1)


def test_a_server_that_stays_busy(server, served):
    served.faults.extend([("status", 503)] * 3)
    with pytest.raises(Unavailable, match="a fault of the test"):
        model_at(server, retries=2).generate([1])
    assert len(served.requests) == 3


def test_a_slow_answer_ends_by_the_time_limit(server, served):
    model = model_at(server, timeout=0.3)
    served.faults.append(("slow", 2.0))
    with pytest.raises(TimedOut, match=r"no answer within --timeout=0\.3 seconds"):
        model.generate([1])


def test_a_server_that_is_gone(server):
    model = model_at(server, retries=1)
    server.stop()
    with pytest.raises(Unavailable, match=r"127\.0\.0\.1.*cannot be reached.*Connection refused"):
        model.generate([1])


def test_authorization(server, served):
    served.authorization = "Bearer right"
    assert model_at(server, authorization="Bearer right").generate([1]).shape == (1, 8, 8, 1)
    for given in (None, "Bearer wrong"):
        with pytest.raises(UserError, match=r"the token is missing or wrong.*see --authorization_file"):
            model_at(server, authorization=given).generate([1])


def test_a_netrc_file_does_not_replace_the_authorization(secure_server, served, certificate, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("default login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    served.authorization = "Bearer right"
    model = model_at(secure_server, ca=certificate.certificate, authorization="Bearer right")
    assert model.generate([1]).shape == (1, 8, 8, 1)


def test_what_is_for_this_machine_goes_through_no_proxy(server, monkeypatch):
    for name in ("no_proxy", "NO_PROXY", "no_grpc_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("http_proxy", "grpc_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert model_at(server, timeout=5.0).generate([1]).shape == (1, 8, 8, 1)


def test_tls_with_certificates_of_ones_own(secure_server, certificate):
    assert model_at(secure_server, ca=certificate.certificate).generate([1]).shape == (1, 8, 8, 1)


def test_certificates_that_nobody_vouches_for(secure_server):
    with pytest.raises((UserError, Unavailable), match=r"(?i)certificate"):
        model_at(secure_server, retries=0, timeout=5.0).generate([1])


def test_grpc_messages_above_four_megabytes(grpc_server, served, monkeypatch):
    """gRPC's own limit is 4 MiB: 16 images of 0.5 MB are more."""
    model = model_at(grpc_server)
    assert model.num_classes == 3
    large = np.array([b"x" * 500_000] * 16, object)
    monkeypatch.setattr(served.models["bright"][2], "predict", lambda *arguments: {"image_bytes": large})
    assert len(b"".join(model.ask("generate", {"seed": np.arange(16)}))) == 8_000_000
