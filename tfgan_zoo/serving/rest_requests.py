"""Requests and answers of TensorFlow Serving's REST interface, for one export."""

import base64
import binascii
import json
from collections.abc import Mapping

import numpy as np

from tfgan_zoo.common.errors import UserError

KINDS = {"i": "iu", "f": "iuf"}  # of a NumPy type → of the JSON numbers that it takes


def read_request(body: bytes) -> tuple[str, object, bool]:
    """Returns the signature's name, the inputs, and whether they are rows instead of columns.

    Raises:
        UserError: the body is no such request.
    """
    try:
        request = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UserError(f"JSON Parse error: {error}") from None
    given = [name for name in ("inputs", "instances") if isinstance(request, dict) and name in request]
    if len(given) != 1:
        raise UserError('Missing "inputs" or "instances": give {"signature_name": …, "inputs": …}.')
    name = request.get("signature_name", "serving_default")
    if not isinstance(name, str):
        raise UserError("signature_name: a text is needed.")
    return name, request[given[0]], given[0] == "instances"


def read_inputs(given, is_rows: bool, dtypes: Mapping[str, np.dtype]) -> dict[str, np.ndarray]:
    """Returns the inputs of a signature.

    Args:
        given: of the request. Rows are a list of `{name: value}`, columns `{name: values}`; of a signature with one
            input the values alone will do.
        is_rows: whether they are rows.
        dtypes: name → type of each input; object for strings.

    Raises:
        UserError: they are not what the signature takes.
    """
    columns = _columns_of(given, list(dtypes)) if is_rows else given
    if len(dtypes) == 1 and not (isinstance(columns, dict) and set(columns) == set(dtypes)):
        columns = dict.fromkeys(dtypes, columns)
    if not isinstance(columns, dict) or set(columns) != set(dtypes):
        received = ", ".join(map(str, columns)) if isinstance(columns, dict) else "no names"
        raise UserError(f"inputs: {', '.join(dtypes)} are needed. Received: {received}")
    return {name: _array(name, columns[name], dtype) for name, dtype in dtypes.items()}


def _columns_of(rows, names: list[str]) -> dict:
    if not isinstance(rows, list) or not rows:
        raise UserError("instances: a list of one row or more is needed.")
    if len(names) == 1:
        rows = [row if isinstance(row, dict) and set(row) == set(names) else {names[0]: row} for row in rows]
    if any(not isinstance(row, dict) or set(row) != set(names) for row in rows):
        raise UserError(f"instances: each row needs {', '.join(names)}.")
    return {name: [row[name] for row in rows] for name in names}


def _array(name: str, values, dtype: np.dtype) -> np.ndarray:
    if dtype.kind == "O":
        return _strings(name, values)
    try:
        found = np.array(values)
    except ValueError:  # lists of unequal lengths
        raise UserError(f"{name}: rows of equal shape are needed.") from None
    with np.errstate(over="ignore", invalid="ignore"):
        fits = found.dtype.kind in KINDS[dtype.kind]
        converted = found.astype(dtype) if fits else found
    if not fits or (dtype.kind == "i" and (converted != found).any()):
        raise UserError(f"{name}: numbers of type {dtype} are needed.")
    return converted


def _strings(name: str, values) -> np.ndarray:
    if not isinstance(values, list):
        raise UserError(f'{name}: a list of {{"b64": …}} is needed.')
    strings = np.empty(len(values), object)
    strings[:] = [_string(name, value) for value in values]
    return strings


def _string(name: str, value) -> bytes:
    if isinstance(value, str):
        return value.encode(errors="surrogatepass")
    try:
        return base64.b64decode(value["b64"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        raise UserError(f'{name}: {{"b64": …}} with base64 in it is needed.') from None


def write_outputs(outputs: Mapping[str, np.ndarray], is_rows: bool) -> dict:
    """Returns an answer: `predictions` to rows, `outputs` to columns; a single output without its name."""
    columns = {name: _written(name, value) for name, value in outputs.items()}
    if len(columns) == 1:
        (values,) = columns.values()
        return {"predictions" if is_rows else "outputs": values}
    if is_rows:
        return {"predictions": [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]}
    return {"outputs": columns}


def _written(name: str, values: np.ndarray) -> list:
    """Strings are base64 where the name ends in `_bytes`, or else text."""
    if values.dtype != object:
        return values.tolist()
    if name.endswith("_bytes"):
        return [{"b64": base64.b64encode(value).decode()} for value in values]
    return [value.decode(errors="replace") for value in values]
