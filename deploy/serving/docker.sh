#!/usr/bin/env bash
# deploy/serving/docker.sh NAME RUN [IMAGE]: serves the newest export of a run in a container, on this machine's loopback.
# With a GPU: GPUS="--gpus all" deploy/serving/docker.sh dcgan runs/dcgan-digits tensorflow/serving:2.21.0-gpu
set -euo pipefail

name=$1
exports=$(realpath "$2/export")
image=${3:-tensorflow/serving:2.21.0}

# GPUS is a list of options: it is meant to be split.
# shellcheck disable=SC2086
exec docker run --rm ${GPUS:-} \
    --publish 127.0.0.1:8501:8501 \
    --publish 127.0.0.1:8500:8500 \
    --mount "type=bind,source=$exports,target=/models/$name,readonly" \
    --env "MODEL_NAME=$name" \
    --memory 2g --cpus 2 --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
    "$image" --enable_batching --enable_per_model_batching_parameters
