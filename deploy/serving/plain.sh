#!/usr/bin/env bash
# deploy/serving/plain.sh models.config: serves what the file lists, by the tensorflow_model_server on the PATH, with
# REST on port 8501 and gRPC on 8500 of every interface: see docs/serving.md on what belongs in front.
set -euo pipefail

exec "${TF_SERVING_BIN:-tensorflow_model_server}" \
    --rest_api_port=8501 \
    --port=8500 \
    --model_config_file="$(realpath "$1")" \
    --model_config_file_poll_wait_seconds=60 \
    --allow_version_labels_for_unavailable_models \
    --enable_batching \
    --enable_per_model_batching_parameters
