"""People write what other tools call things: the answer is what it is called here, not the nearest spelling."""

import re

import pytest
from absl import flags

from models import ZOO
from tfgan_zoo import client, evaluate, explorer, sample, train
from tfgan_zoo.common.other_names import BY_MEANING, proposal


def defined(define):
    values = flags.FlagValues()
    define(values)
    return set(values)


FLAGS = {
    "train": defined(lambda values: train.define(values, ZOO)),
    "sample": defined(sample._define),
    "evaluate": defined(evaluate._define),
    "explorer": defined(explorer._define),
    "client": defined(client._define),
}


@pytest.mark.parametrize(
    ("command", "flag", "value", "expected"),
    [
        ("train", "lr", "0.01", "--set=learning_rate=0.01"),
        ("train", "learning-rate", None, "--set=learning_rate=VALUE"),
        ("train", "epochs", "5", "--steps=N, where an epoch has (examples / batch size) steps"),
        ("train", "niter", "500", "--steps=500"),
        ("train", "resume", None, "the same command again, which resumes the run in --workdir"),
        ("train", "gpu", "0", "CUDA_VISIBLE_DEVICES=0 in front of the command"),
        ("train", "no_cuda", None, "CUDA_VISIBLE_DEVICES= in front of the command, for the CPU"),
        ("train", "data", "pets", "--dataset=folder:pets"),
        ("train", "dataroot", None, "--dataset=folder:PATH"),
        ("train", "output", "x", "--workdir=x"),
        ("train", "outdir", None, "--workdir=DIR"),
        ("train", "bs", "16", "--batch_size=16"),
        ("train", "img-size", "64", "--image_size=64"),
        ("train", "num_workers", "4", "--threads=4"),
        ("train", "pretrained", "a/run", "--init_from=a/run"),
        ("train", "n_critic", "5", "--schedule=n_critic:5"),
        ("train", "lambda_gp", "10", "--penalty=gradient:10"),
        ("train", "fp16", None, "--mixed_precision=mixed_float16, which needs a GPU"),
        ("train", "jit", None, "--xla"),
        ("sample", "output", "x.png", "--out=x.png"),
        ("sample", "n_samples", "9", "--num=9"),
        ("sample", "ckpt", "runs/a", "--export=runs/a"),
        ("sample", "workdir", "runs/a", "--export=runs/a"),
        ("sample", "input", "photos", "--images=photos"),
        ("evaluate", "data", "pets", "--dataset=folder:pets"),
        ("evaluate", "checkpoint", None, "--export=RUN"),
        ("evaluate", "device", "1", "CUDA_VISIBLE_DEVICES=1 in front of the command"),
        ("explorer", "bind", "0.0.0.0", "--host=0.0.0.0"),
        ("client", "server", "http://a:1", "--url=http://a:1"),
        ("sample", "epochs", "3", None),
        ("train", "zzz", "3", None),
    ],
)
def test_a_flag_of_another_tools_is_answered_with_what_it_is_called_here(command, flag, value, expected):
    assert proposal(flag, value, FLAGS[command]) == expected


def test_an_argument_of_the_model_is_answered_with_set():
    assert proposal("latent-dim", "64", FLAGS["train"], {"latent_dim"}) == "--set=latent_dim=64"


def test_every_proposal_is_a_flag_of_some_command():
    every = set.union(*FLAGS.values()) | {"help", "traceback", "set"}
    for written in BY_MEANING:
        for name in re.findall(r"--(?:no(?=xla))?(\w+)", written):
            assert name in every, written
