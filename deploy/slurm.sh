#!/usr/bin/env bash
# One run on two nodes under Slurm: sbatch deploy/slurm.sh --model=dcgan --workdir=/shared/runs/dcgan …
#
# A minute before the time limit this script gets SIGUSR1, has every worker save and stop, and queues the job again. A
# worker that dies ends the others with status 1; the job is then queued again as well, and resumes from the newest
# checkpoint. What is the user's mistake, status 2, is not, nor is what scancel ends. A preemption does as the time
# limit does where the cluster sends the job's signal then (PreemptParameters=send_user_signal); where it sends only
# SIGTERM, the workers save, the job counts as done, and has to be submitted again.
# The folder of the run has to be on storage that every node sees.
#SBATCH --job-name=tfgan-zoo
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=1
#SBATCH --time=04:00:00
#SBATCH --signal=B:USR1@60
#SBATCH --requeue
#SBATCH --open-mode=append
set -euo pipefail

addresses=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed 's/.*/"&:2222"/' | paste --serial --delimiters=,)
export ADDRESSES=$addresses

stopped=
# Signals the tasks; srun itself would kill them at SIGTERM.
trap 'stopped=yes; scancel --signal=TERM "$SLURM_JOB_ID"' USR1

# The number of a task is known in the task alone.
srun --kill-on-bad-exit=0 bash -c '
    export TF_CONFIG="{\"cluster\": {\"worker\": [$ADDRESSES]}, \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
    exec tfgan-zoo-train --distribute=multi_worker "$@"
' worker "$@" &
tasks=$!

status=0
wait "$tasks" || status=$?
if [ -n "$stopped" ]; then # The signal ended the waiting, not the tasks.
    status=0
    wait "$tasks" || status=$?
fi

case "$status:$stopped" in
    0: | 2:*) ;;
    *) scontrol requeue "$SLURM_JOB_ID" ;;
esac
exit "$status"
