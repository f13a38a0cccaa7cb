"""TensorFlow Serving's gRPC interface; its messages are those of the extra `serving`."""

import numpy as np

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.remote_model import RemoteModel, refusal
from tfgan_zoo.serving.retries import ServingError, TimedOut, Unavailable

try:
    import grpc
    from tensorflow_serving.apis import (
        get_model_metadata_pb2,
        get_model_status_pb2,
        model_pb2,
        model_service_pb2_grpc,
        predict_pb2,
        prediction_service_pb2_grpc,
    )
except ModuleNotFoundError as error:
    raise UserError(f"grpc:// needs the extra: pip install 'tfgan_zoo[serving]' ({error}).") from None

OPTIONS = [
    # gRPC refuses messages above 4 MB unless told otherwise: 16 large images are more.
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.enable_retries", 0),  # `retrying` does it for both interfaces
    ("grpc.initial_reconnect_backoff_ms", 100),
]


class GrpcModel(RemoteModel):
    """An export behind `grpc://` or `grpcs://`. Arguments as for `RemoteModel`."""

    def __init__(self, connection: Connection, *arguments, **keywords):
        super().__init__(connection, *arguments, **keywords)
        if connection.is_secure:
            roots = connection.ca.read_bytes() if connection.ca is not None else None
            channel = grpc.secure_channel(connection.target, grpc.ssl_channel_credentials(roots), OPTIONS)
        else:
            # A proxy of the environment would be sent the authorization, readable.
            options = [*OPTIONS, ("grpc.enable_http_proxy", int(not connection.is_loopback))]
            channel = grpc.insecure_channel(connection.target, options)
        self._prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        self._models = model_service_pb2_grpc.ModelServiceStub(channel)

    def predict(self, signature: str, inputs: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        import tensorflow as tf

        spec = self._spec()
        spec.signature_name = signature
        tensors = {name: tf.make_tensor_proto(value) for name, value in inputs.items()}
        answer = self._call(self._prediction.Predict, predict_pb2.PredictRequest(model_spec=spec, inputs=tensors))
        return {name: tf.make_ndarray(tensor) for name, tensor in answer.outputs.items()}

    def signatures(self) -> dict[str, tuple[list[str], list[str]]]:
        request = get_model_metadata_pb2.GetModelMetadataRequest(
            model_spec=self._spec(), metadata_field=["signature_def"]
        )
        found = get_model_metadata_pb2.SignatureDefMap()
        self._call(self._prediction.GetModelMetadata, request).metadata["signature_def"].Unpack(found)
        return {name: (list(s.inputs), list(s.outputs)) for name, s in found.signature_def.items()}

    def version_states(self, timeout: float) -> dict[int, str]:
        request = get_model_status_pb2.GetModelStatusRequest(model_spec=model_pb2.ModelSpec(name=self.name))
        try:
            answer = self._models.GetModelStatus(request, timeout=timeout, metadata=self._metadata())
        except grpc.RpcError as error:
            if error.code() == grpc.StatusCode.NOT_FOUND:
                return {}
            raise ServingError(f"{self.connection.url}: answers {error.code().name} ({error.details()}).") from None
        states = get_model_status_pb2.ModelVersionStatus.State
        return {entry.version: states.Name(entry.state) for entry in answer.model_version_status}

    def _spec(self):
        spec = model_pb2.ModelSpec(name=self.name)
        if self.version is not None and self.version.isdecimal():
            spec.version.value = int(self.version)
        elif self.version is not None:
            spec.version_label = self.version
        return spec

    def _metadata(self) -> list[tuple[str, str]]:
        authorization = self.connection.authorization
        return [] if authorization is None else [("authorization", authorization)]

    def _call(self, method, request):
        def attempt(timeout):
            try:
                return method(request, timeout=timeout, metadata=self._metadata())
            except grpc.RpcError as error:
                raise self._meaning(error, timeout) from None

        return self._retrying(attempt)

    def _meaning(self, error: grpc.RpcError, timeout: float) -> Exception:
        url, code, details = self.connection.url, error.code(), error.details()
        if code == grpc.StatusCode.UNAVAILABLE:
            return Unavailable(f"{url}: cannot be reached, or is not ready ({details}).")
        if code == grpc.StatusCode.DEADLINE_EXCEEDED:
            return TimedOut(f"{url}: no answer within --timeout={self.connection.timeout:g} seconds.")
        if code == grpc.StatusCode.INVALID_ARGUMENT:
            return refusal(details)
        if code == grpc.StatusCode.NOT_FOUND:
            return self._missing(timeout)
        if code in (grpc.StatusCode.UNAUTHENTICATED, grpc.StatusCode.PERMISSION_DENIED):
            return UserError(f"{url}: answers {code.name} ({details}); see --authorization_file.")
        return ServingError(f"{url}: answers {code.name} ({details}).")
