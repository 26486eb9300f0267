#!/usr/bin/env bash
# A Slurm cluster of one node, this machine, for as long as a command runs, as root:
#   slurm.sh FOLDER COMMAND [ARGUMENT ...]
# Its key, state and logs lie in FOLDER; processes are told by their parents, without control groups, which containers often lack.
set -euo pipefail
folder=$1
shift
host=$(hostname -s)
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'; }

mkdir -p "$folder/state" "$folder/spool"
(umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
cat >"$folder/slurm.conf" <<CONF
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerParameters=bf_interval=1,sched_interval=1
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) State=UNKNOWN
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
export SLURM_CONF=$folder/slurm.conf PATH=$PATH:/usr/sbin

daemons=()
stop() {
  [ ${#daemons[@]} -eq 0 ] || kill "${daemons[@]}" 2>/dev/null || true
  wait
}
trap stop EXIT
munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" --pid-file="$folder/munge.pid" \
  --log-file="$folder/munged.log" --seed-file="$folder/munge.seed" >"$folder/munged.out" 2>&1 &
daemons+=($!)
for _ in $(seq 100); do [ ! -S "$folder/munge.socket" ] || break; sleep 0.1; done
slurmctld -D >"$folder/slurmctld.out" 2>&1 &
daemons+=($!)
slurmd -D >"$folder/slurmd.out" 2>&1 &
daemons+=($!)
state() { sinfo --noheader --format=%T 2>&1 || true; }
for _ in $(seq 300); do [ "$(state)" != idle ] || break; sleep 0.1; done
if [ "$(state)" != idle ]; then
  echo "slurm.sh: the node is '$(state)' after half a minute, and not idle:" >&2
  tail -n 20 "$folder"/*.log "$folder"/*.out >&2
  exit 1
fi
"$@"
