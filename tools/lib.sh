# shellcheck shell=bash
# What the scripts under tools/ share; they source it first.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
CACHE=${CACHE:-$HOME/.cache/shopkeeper}       # outside the clone: survives it, and is shared by clones
export ROOT CACHE
export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$CACHE/target}
export PATH=$CACHE/bin:$PATH:/usr/sbin:/sbin
export KUBECONFIG=$CACHE/kubeconfig           # ours alone: nothing here ever touches another cluster
export PORT=${PORT:-3000}                     # where the gateway answers on localhost
mkdir -p "$CACHE/bin"

die() { echo "error: $*" >&2; exit 1; }
# In front of a command that needs root.
SUDO=()
# shellcheck disable=SC2034 # used by those who source this
[ "$(id -u)" = 0 ] || SUDO=(sudo env "CACHE=$CACHE" "PORT=$PORT" "PATH=$PATH")
# Runs a command as one timed stage.
stage() { "$ROOT/tools/stage" "$@"; }
# A short hash of what is read.
hash_of() { sha256sum | cut -c1-10; }

# With a Docker engine the cluster is kind's; without one it is tools/cluster's own. CLUSTER=kind or CLUSTER=own chooses.
cluster_kind() {
  if [ -z "${CLUSTER:-}" ]; then
    if docker info >/dev/null 2>&1; then CLUSTER=kind; else CLUSTER=own; fi
    export CLUSTER
  fi
  [ "$CLUSTER" = kind ]
}
