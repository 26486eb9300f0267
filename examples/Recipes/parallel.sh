#!/usr/bin/env bash
# Scores a folder of pictures with GNU parallel: several processes on this machine.
#   examples/Recipes/parallel.sh MODEL.zip PICTURES SCORES [SHARDS] [an option of score's ...]
# A shard that fails is tried twice more. Run it again after an interruption: finished parts are not made again.
set -euo pipefail
program=${MLNETGEN:-./mlnetgen}
model=$1 input=$2 output=$3 shards=${4:-$(nproc)}

"$program" help >/dev/null    # builds, if it must, before several processes would
seq "$shards" | parallel --retries 3 --line-buffer --quote \
  "$program" score --model "$model" --input "$input" --out "$output" --shard "{}/$shards" --threads 1 "${@:5}"
"$program" score merge --out "$output"
