#!/bin/sh
# Shows where the run and its tasks stand: worktree-status.sh [--json] [--watch]
launcher="$(dirname -- "$0")/../bin/wt-orch.cjs"
[ -f "$launcher" ] && exec node "$launcher" status "$@"
exec wt-orch status "$@"
