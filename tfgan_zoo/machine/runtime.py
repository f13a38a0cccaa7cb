"""Starting TensorFlow: fast kernels on, start-up chatter off."""

import contextlib
import os
import re
import sys
import tempfile
from collections.abc import Iterator

from tfgan_zoo.common.errors import UserError
from tfgan_zoo.machine.cores import limit_pools

# Lines that TensorFlow writes at every start on a machine without a GPU, before its log level applies.
CHATTER = re.compile(
    r"absl::InitializeLog|cudart_stub|cuda_platform|cpu_feature_guard|To enable the following instruc|oneDNN custom"
)


def check_backend() -> None:
    """Refuses another Keras backend than TensorFlow, before Keras looks for that one's package.

    Raises:
        UserError: the environment asks for another one.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    if backend != "tensorflow":
        raise UserError(
            "tfgan_zoo trains with TensorFlow's GradientTape, so Keras has to run on TensorFlow. "
            f"Received: KERAS_BACKEND={backend}; accepted: KERAS_BACKEND=tensorflow."
        )


def check_temporary_folder() -> None:
    """Refuses to start where there is none: TensorFlow writes the code there that it makes of Python functions.

    Raises:
        UserError: no temporary folder can be written to.
    """
    try:
        tempfile.gettempdir()
    except FileNotFoundError as error:
        raise UserError(f"no temporary folder can be written to ({error.strerror}); set TMPDIR to one.") from error


def start_tensorflow() -> None:
    """Imports TensorFlow and finds its devices.

    oneDNN is switched on where the user has not decided: TensorFlow leaves it off on x86 processors without AVX-512
    VNNI, though convolutions are the faster for it there too.
    """
    check_backend()
    check_temporary_folder()
    limit_pools(os.environ)
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("KERAS_BACKEND", "tensorflow")
    with _without_chatter():
        import tensorflow as tf

        tf.config.list_physical_devices("GPU")
    # Fusing a convolution with its LeakyReLU fails where the gradient needs what lies between: TensorFlow gives the
    # whole pass up and prints an error. Without it the steps take as long.
    tf.config.optimizer.set_experimental_options({"remapping": False})


@contextlib.contextmanager
def _without_chatter() -> Iterator[None]:
    """Holds back what is written to file descriptor 2 and passes on what is no chatter."""
    sys.stderr.flush()
    real = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(real, 2)
            os.close(real)
            held.seek(0)
            for line in held.read().decode(errors="replace").splitlines():
                if not CHATTER.search(line):
                    print(line, file=sys.stderr)
