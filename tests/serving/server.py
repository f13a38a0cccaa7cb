"""A server with TensorFlow Serving's two interfaces, REST and gRPC, on the official messages and stubs.

It runs signatures as the real one does: through a session that is fed tensors of any shape, so that what the graph
refuses is refused by the graph. Faults can be put in the way of the next answers.
"""

import base64
import collections
import json
import pathlib
import re
import threading
import time
from concurrent import futures
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import tensorflow as tf
from google.protobuf import json_format
from tensorflow.core.protobuf import config_pb2

STATUS_OF = {"INVALID_ARGUMENT": 400, "NOT_FOUND": 404, "UNAVAILABLE": 503, "UNAUTHENTICATED": 401}


class Refused(Exception):
    """An answer that is an error: a code of gRPC's, and a text."""

    def __init__(self, code: str, text: str):
        super().__init__(text)
        self.code = code
        self.text = text


class LoadedModel:
    """A SavedModel in a session, without the checks that Python makes of what a session is fed."""

    def __init__(self, path: pathlib.Path):
        self.graph = tf.Graph()
        self.session = tf.compat.v1.Session(graph=self.graph)
        with self.graph.as_default():
            loaded = tf.compat.v1.saved_model.load(self.session, ["serve"], str(path))
        self.signatures = {name: s for name, s in loaded.signature_def.items() if s.method_name}

    def predict(self, signature: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        if signature not in self.signatures:
            raise Refused("INVALID_ARGUMENT", f'Serving signature key "{signature}" not found.')
        definition = self.signatures[signature]
        if set(inputs) != set(definition.inputs):
            given, expected = ",".join(inputs), ",".join(definition.inputs)
            raise Refused("INVALID_ARGUMENT", f"input size does not match signature: {{{given}}} != {{{expected}}}")
        names = sorted(definition.inputs)
        options = config_pb2.CallableOptions(
            feed=[definition.inputs[name].name for name in names],
            fetch=[tensor.name for tensor in definition.outputs.values()],
        )
        run = self.session._make_callable_from_options(options)
        try:
            found = run(*(inputs[name].astype(_numpy_type(definition.inputs[name])) for name in names))
        except tf.errors.OpError as error:
            raise Refused(_code(error), error.message) from None
        return dict(zip(definition.outputs, found, strict=True))


def _numpy_type(info):
    return tf.dtypes.as_dtype(info.dtype).as_numpy_dtype


def _code(error) -> str:
    return {tf.errors.INVALID_ARGUMENT: "INVALID_ARGUMENT"}.get(error.error_code, "INTERNAL")


class Served:
    """What the server knows: name → version → model, or the state of one that is not ready; labels; faults."""

    def __init__(self):
        self.models: dict[str, dict[int, LoadedModel | str]] = {}
        self.labels: dict[str, dict[str, int]] = {}
        self.faults = collections.deque()
        self.requests: list = []
        self.authorization: str | None = None

    def find(self, name: str, version: int | None = None, label: str | None = None) -> tuple[int, LoadedModel]:
        versions = self.models.get(name, {})
        if label is not None:
            if label not in self.labels.get(name, {}):
                raise Refused("INVALID_ARGUMENT", f"Unrecognized servable version label: {label}")
            version = self.labels[name][label]
        ready = {number: model for number, model in versions.items() if isinstance(model, LoadedModel)}
        if version is None and ready:
            version = max(ready)
        if version not in ready:
            asked = f"Latest({name})" if version is None else f"Specific({name}, {version})"
            raise Refused("NOT_FOUND", f"Servable not found for request: {asked}")
        return version, ready[version]

    def states(self, name: str) -> dict[int, str]:
        if name not in self.models:
            raise Refused("NOT_FOUND", f"Could not find any versions of model {name}")
        return {v: m if isinstance(m, str) else "AVAILABLE" for v, m in sorted(self.models[name].items(), reverse=True)}

    def authorize(self, given: str | None) -> None:
        if self.authorization is not None and given != self.authorization:
            raise Refused("UNAUTHENTICATED", "the token is missing or wrong")


class RestServer:
    """The REST interface on a free port of the loopback, over TLS where there is a context for it."""

    def __init__(self, served: Served, ssl_context=None):
        handler = type("Handler", (_Handler,), {"served": served})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        if ssl_context is not None:
            self._server.socket = ssl_context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"{'http' if ssl_context is None else 'https'}://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    """Faults: `("status", code)`, `("slow", seconds)`, `("drip", seconds a byte)` or `("truncate", with_length)`."""

    served: Served
    protocol_version = "HTTP/1.1"
    path_of_model = re.compile(r"/v1/models/([^/:]+)(?:/versions/(\d+)|/labels/([^/:]+))?(/metadata|:predict)?$")

    def log_message(self, *arguments):
        pass

    def do_GET(self):
        self._handle(b"")

    def do_POST(self):
        self._handle(self.rfile.read(int(self.headers["Content-Length"])))

    def _handle(self, body: bytes) -> None:
        self.served.requests.append((self.command, self.path))
        fault, value = self.served.faults.popleft() if self.served.faults else (None, None)
        if fault == "slow":
            time.sleep(value)
        try:
            if fault == "status":
                status, answer = value, {"error": "a fault of the test"}
            else:
                self.served.authorize(self.headers.get("Authorization"))
                status, answer = 200, self._answer(body)
        except Refused as refused:
            status, answer = STATUS_OF.get(refused.code, 500), {"error": refused.text}
        content = json.dumps(answer, indent=1).encode()
        try:
            self._write(status, content, fault, value)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _write(self, status, content, fault, value):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        if fault == "truncate":
            # With the length of the whole, as when a proxy dies; or without any, as when it was never known.
            if value:
                self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if fault == "drip":
            for byte in content:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(value)
        else:
            self.wfile.write(content)

    def _answer(self, body: bytes) -> dict:
        match = self.path_of_model.match(self.path)
        if match is None:
            raise Refused("INVALID_ARGUMENT", f"Malformed request: {self.command} {self.path}")
        name, version, label, what = match.groups()
        if what is None:
            states = self.served.states(name)
            status = {"status": {"error_code": "OK", "error_message": ""}}
            return {"model_version_status": [{"version": str(v), "state": s, **status} for v, s in states.items()]}
        number, model = self.served.find(name, int(version) if version else None, label)
        if what == "/metadata":
            signatures = {
                key: json_format.MessageToDict(definition, preserving_proto_field_name=True)
                for key, definition in model.signatures.items()
            }
            spec = {"name": name, "signature_name": "", "version": str(number)}
            return {"model_spec": spec, "metadata": {"signature_def": {"signature_def": signatures}}}
        return {"outputs": self._predict(model, json.loads(body))}

    def _predict(self, model, request):
        inputs = {key: _array(value) for key, value in request["inputs"].items()}
        outputs = model.predict(request.get("signature_name", "serving_default"), inputs)
        values = {key: _json(key, value) for key, value in outputs.items()}
        return next(iter(values.values())) if len(values) == 1 else values


def _array(value: list) -> np.ndarray:
    """Reads a JSON value; base64 as bytes."""
    if value and isinstance(value[0], dict):
        return np.array([base64.b64decode(item["b64"]) for item in value], object)
    return np.array(value)


def _json(name: str, value: np.ndarray):
    """Strings are base64 where the name ends in `_bytes`, or else text."""
    if value.dtype != object:
        return value.tolist()
    if name.endswith("_bytes"):
        return [{"b64": base64.b64encode(item).decode()} for item in value]
    return [item.decode() for item in value]


class GrpcServer:
    """The gRPC interface on a free port of the loopback; `credentials` make it TLS."""

    def __init__(self, served: Served, credentials=None):
        import grpc
        from tensorflow_serving.apis import model_service_pb2_grpc, prediction_service_pb2_grpc

        self._server = grpc.server(futures.ThreadPoolExecutor(4), options=[("grpc.max_send_message_length", -1)])
        prediction_service_pb2_grpc.add_PredictionServiceServicer_to_server(_prediction_service(served), self._server)
        model_service_pb2_grpc.add_ModelServiceServicer_to_server(_model_service(served), self._server)
        if credentials is None:
            self.url = f"grpc://127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"
        else:
            self.url = f"grpcs://localhost:{self._server.add_secure_port('127.0.0.1:0', credentials)}"
        self._server.start()

    def stop(self) -> None:
        self._server.stop(None).wait()


def _answering(served: Served, method):
    """Wraps a method: its faults, its authorization, and its refusals as status codes."""
    import grpc

    def answer(self, request, context):
        served.requests.append(("gRPC", method.__name__))
        fault, value = served.faults.popleft() if served.faults else (None, None)
        if fault == "slow":
            time.sleep(value)
        try:
            if fault == "status":
                raise Refused("UNAVAILABLE", "a fault of the test")
            served.authorize(dict(context.invocation_metadata()).get("authorization"))
            return method(request)
        except Refused as refused:
            context.abort(getattr(grpc.StatusCode, refused.code), refused.text)

    return answer


def _find(served: Served, spec):
    version = spec.version.value if spec.HasField("version") else None
    return served.find(spec.name, version, spec.version_label or None)


def _prediction_service(served: Served):
    from tensorflow_serving.apis import get_model_metadata_pb2, predict_pb2, prediction_service_pb2_grpc

    def predict(request):
        _, model = _find(served, request.model_spec)
        inputs = {name: tf.make_ndarray(tensor) for name, tensor in request.inputs.items()}
        outputs = model.predict(request.model_spec.signature_name or "serving_default", inputs)
        tensors = {name: tf.make_tensor_proto(value) for name, value in outputs.items()}
        return predict_pb2.PredictResponse(model_spec=request.model_spec, outputs=tensors)

    def metadata(request):
        _, model = _find(served, request.model_spec)
        answer = get_model_metadata_pb2.GetModelMetadataResponse(model_spec=request.model_spec)
        answer.metadata["signature_def"].Pack(get_model_metadata_pb2.SignatureDefMap(signature_def=model.signatures))
        return answer

    methods = {"Predict": _answering(served, predict), "GetModelMetadata": _answering(served, metadata)}
    return type("Service", (prediction_service_pb2_grpc.PredictionServiceServicer,), methods)()


def _model_service(served: Served):
    from tensorflow_serving.apis import get_model_status_pb2, model_service_pb2_grpc

    def status(request):
        states = served.states(request.model_spec.name)
        entries = [get_model_status_pb2.ModelVersionStatus(version=v, state=s) for v, s in states.items()]
        return get_model_status_pb2.GetModelStatusResponse(model_version_status=entries)

    methods = {"GetModelStatus": _answering(served, status)}
    return type("Service", (model_service_pb2_grpc.ModelServiceServicer,), methods)()
