#!/usr/bin/env bash
# Scores a folder of pictures as a Slurm job array, a shard a task. The folders are on a file system that all nodes share, and the program is built (./mlnetgen setup).
#   array=$(sbatch --parsable --array=1-8 examples/Recipes/slurm.sh MODEL.zip PICTURES SCORES [an option of score's ...])
#   sbatch --dependency="afterok:$array" --wrap "./mlnetgen score merge --out SCORES"
# A task that a node's failure or a time limit ended is requeued, or submitted again: finished parts are not made again.
#SBATCH --job-name=mlnetgen-score
#SBATCH --requeue
#SBATCH --output=score-%A_%a.log
set -euo pipefail
exec "${MLNETGEN:-./mlnetgen}" score --model "$1" --input "$2" --out "$3" "${@:4}" \
  --shard "$SLURM_ARRAY_TASK_ID/$SLURM_ARRAY_TASK_MAX" --threads "${SLURM_CPUS_PER_TASK:-1}"
