"""A small conditional model, exported in two versions, and servers of it."""

import shutil
import ssl
import subprocess
import types

import pytest
import tensorflow as tf

from tests.serving.server import GrpcServer, LoadedModel, RestServer, Served
from tests.serving.translators import Translator, WithEncoder
from tfgan_zoo.game.gan import GAN
from tfgan_zoo.serving.export import export
from tfgan_zoo.serving.exported import ExportedModel

CLASSES = ["dark", "grey", "bright"]


class Bright(GAN):
    """Images about as bright as their class. D tells how often latents were drawn or G was run."""

    num_classes = 3

    def __init__(self, *arguments, **keywords):
        super().__init__(*arguments, **keywords)
        self.work_done = tf.Variable(0.0)

    def sample_latents(self, batch_size, key):
        self.work_done.assign_add(1.0)
        return super().sample_latents(batch_size, key)

    def generate(self, latents, labels=None, training=False):
        self.work_done.assign_add(1.0)
        bright = tf.cast(labels, tf.float32)[:, None, None, None] - 1.0
        return 0.8 * bright + 0.2 * super().generate(latents, training=training)

    def discriminate(self, data, labels=None, training=False):
        return tf.fill([tf.shape(data)[0], 1], 0.0) + self.work_done


@pytest.fixture(scope="session")
def bright_export(tiny_gan, tmp_path_factory):
    """The folder of versions 1 and 2, of which the second has a limit of 4 rows."""
    folder = tmp_path_factory.mktemp("bright") / "export"
    gan = tiny_gan((8, 8, 1), model=Bright)
    export(gan, folder, CLASSES)
    export(gan, folder, CLASSES, max_batch=4)
    return folder


class Made(dict):
    """Makes what is asked for by its name, once."""

    def __init__(self, make):
        super().__init__()
        self._make = make

    def __missing__(self, name):
        self[name] = self._make(name)
        return self[name]


@pytest.fixture(scope="session")
def translator_exports(tiny_gan, tmp_path_factory):
    """Exports of models that are given images, and of one with an encoder: name → its folder."""
    folder = tmp_path_factory.mktemp("translators")
    models = {
        "colour": Translator,  # grey to colour
        "both": lambda: Translator(both=True),
        "mask": lambda: Translator((8, 8, 3), mask=True),
        "points": lambda: Translator((2,), (2,), both=True),
        "encoder": lambda: tiny_gan((8, 8, 1), model=WithEncoder),
    }
    return Made(lambda name: export(models[name](), folder / name))


@pytest.fixture(scope="session")
def translators(translator_exports):
    return Made(lambda name: ExportedModel(translator_exports[name]))


@pytest.fixture(scope="session")
def in_process(bright_export):
    return ExportedModel(bright_export / "1")


@pytest.fixture(scope="session")
def loaded(bright_export):
    """Both versions as a server loads them."""
    return {version: LoadedModel(bright_export / str(version)) for version in (1, 2)}


@pytest.fixture(scope="session")
def loaded_translators(translator_exports):
    return Made(lambda name: LoadedModel(translator_exports[name]))


@pytest.fixture
def serve_translator(served, loaded_translators):
    """Has the same server serve one of those as well, by its name."""

    def serve(name):
        served.models[name] = {1: loaded_translators[name]}

    return serve


@pytest.fixture
def served(loaded):
    served = Served()
    served.models["bright"] = dict(loaded)
    served.labels["bright"] = {"stable": 1, "canary": 2}
    return served


@pytest.fixture
def rest(served):
    server = RestServer(served)
    yield server
    server.stop()


def need_serving_api():
    pytest.importorskip("tensorflow_serving", reason="the extra is not installed: pip install '.[serving]'")


@pytest.fixture
def grpc_server(served):
    need_serving_api()
    server = GrpcServer(served)
    yield server
    server.stop()


@pytest.fixture(params=["rest", "grpc"])
def server(request):
    """The server, over each of its interfaces."""
    return request.getfixturevalue({"rest": "rest", "grpc": "grpc_server"}[request.param])


@pytest.fixture(scope="session")
def certificate(tmp_path_factory):
    """A certificate of the loopback that has signed itself: a file of it, and one of its key."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not on the PATH")
    folder = tmp_path_factory.mktemp("tls")
    files = types.SimpleNamespace(certificate=folder / "certificate.pem", key=folder / "key.pem")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    subprocess.run([*command, "-keyout", files.key, "-out", files.certificate], check=True, capture_output=True)
    return files


@pytest.fixture(params=["rest", "grpc"])
def secure_server(request, served, certificate):
    if request.param == "rest":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate.certificate, certificate.key)
        server = RestServer(served, context)
    else:
        need_serving_api()
        import grpc

        pair = (certificate.key.read_bytes(), certificate.certificate.read_bytes())
        server = GrpcServer(served, grpc.ssl_server_credentials([pair]))
    yield server
    server.stop()
