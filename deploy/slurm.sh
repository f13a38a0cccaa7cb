#!/usr/bin/env bash
# One run on two nodes under Slurm: sbatch deploy/slurm.sh --model=dcgan --workdir=/shared/runs/dcgan …
#
# A minute before the time limit every worker gets SIGTERM and saves. A worker that dies ends the others with status 1;
# the job is then queued again and goes on from the newest checkpoint. What is the user's mistake, status 2, is not.
# The folder of the run has to be on storage that every node sees.
#SBATCH --job-name=tfgan-zoo
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --time=04:00:00
#SBATCH --signal=TERM@60
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

addresses=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed 's/.*/"&:2222"/' | paste --serial --delimiters=,)
export ADDRESSES=$addresses

status=0
# The number of a task is known in the task alone.
srun --kill-on-bad-exit=0 bash -c '
    export TF_CONFIG="{\"cluster\": {\"worker\": [$ADDRESSES]}, \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
    exec tfgan-zoo-train --distribute=multi_worker "$@"
' worker "$@" || status=$?

if [ "$status" -eq 1 ]; then
    scontrol requeue "$SLURM_JOB_ID"
fi
exit "$status"
