"""The way to a served model: REST or gRPC, as its address says."""

from tfgan_zoo.serving.connection import Connection
from tfgan_zoo.serving.remote_model import RemoteModel


def connect(connection: Connection, name: str, version: str | None = None, rows_at_once: int = 16) -> RemoteModel:
    """Returns the model behind a connection, over REST or gRPC as its address says."""
    if connection.is_grpc:
        from tfgan_zoo.machine.runtime import start_tensorflow

        start_tensorflow()  # the messages are TensorFlow's
        from tfgan_zoo.serving.grpc_model import GrpcModel as Model
    else:
        from tfgan_zoo.serving.rest_model import RestModel as Model
    return Model(connection, name, version, rows_at_once)
