"""Limits and batching: sizes worked out by hand; the file against the documented fields of its message."""

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format
from google.protobuf import wrappers_pb2 as wrappers

from tfgan_zoo.serving.batching import allowed_batch_sizes, batching_parameters, default_max_batch


@pytest.mark.parametrize(
    ("shape", "limit"),
    [
        ((2,), 1024),
        ((28, 28, 1), 1024),
        ((32, 32, 3), 1024),
        ((64, 64, 3), 256),
        ((128, 128, 3), 64),
        ((128, 128, 1), 192),
        ((4096, 4096, 3), 1),
    ],
)
def test_larger_images_have_a_lower_limit(shape, limit):
    assert default_max_batch(shape) == limit


@pytest.mark.parametrize(
    ("limit", "sizes"),
    [
        (1, [1]),
        (2, [1, 2]),
        (3, [1, 2, 3]),
        (64, [1, 2, 4, 8, 16, 32, 64]),
        (100, [1, 2, 4, 8, 16, 32, 64, 100]),
        (128, [1, 2, 4, 8, 16, 32, 64, 128]),
        (1024, [1, 2, 4, 8, 16, 32, 64, 128]),
    ],
)
def test_batches_are_powers_of_two_and_never_above_the_limit(limit, sizes):
    assert allowed_batch_sizes(limit) == sizes


@pytest.fixture(scope="module")
def batching_parameters_class():
    """`BatchingParameters` with the fields of session_bundle_config.proto, which tensorflow-serving-api lacks."""
    field = descriptor_pb2.FieldDescriptorProto
    file = descriptor_pb2.FileDescriptorProto(name="batching.proto", package="documented", syntax="proto3")
    file.dependency.append("google/protobuf/wrappers.proto")
    message = file.message_type.add(name="BatchingParameters")
    numbers = ["max_batch_size", "batch_timeout_micros", "max_enqueued_batches", "num_batch_threads"]
    for number, name in enumerate(numbers, 1):
        message.field.add(
            name=name, number=number, label=1, type=field.TYPE_MESSAGE, type_name=".google.protobuf.Int64Value"
        )
    message.field.add(name="thread_pool_name", number=5, label=1, type=11, type_name=".google.protobuf.StringValue")
    message.field.add(name="allowed_batch_sizes", number=6, label=3, type=field.TYPE_INT64)
    message.field.add(name="pad_variable_length_inputs", number=7, label=1, type=field.TYPE_BOOL)
    pool = descriptor_pool.DescriptorPool()
    pool.AddSerializedFile(wrappers.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("documented.BatchingParameters"))


@pytest.mark.parametrize("limit", [1, 5, 1024])
def test_the_file_is_the_documented_message(batching_parameters_class, limit):
    found = text_format.Parse(batching_parameters(limit), batching_parameters_class())
    # As documented: sizes in increasing order, the last of them max_batch_size.
    sizes = list(found.allowed_batch_sizes)
    assert sizes == sorted(set(sizes)) == allowed_batch_sizes(limit)
    assert found.max_batch_size.value == sizes[-1] <= limit
    assert found.batch_timeout_micros.value == 2000
    assert found.max_enqueued_batches.value == 32


def test_a_misspelt_field_would_be_noticed(batching_parameters_class):
    with pytest.raises(text_format.ParseError):
        text_format.Parse("max_batch { value: 3 }", batching_parameters_class())


def test_every_export_has_it(bright_export):
    assert (bright_export / "1" / "batching_params.pbtxt").read_text() == batching_parameters(1024)
    assert (bright_export / "2" / "batching_params.pbtxt").read_text() == batching_parameters(4)
