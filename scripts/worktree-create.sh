#!/bin/sh
# Makes the worktree and the branch of a task, and prints its path: worktree-create.sh AGENT TASK
launcher="$(dirname -- "$0")/../bin/wt-orch.cjs"
[ -f "$launcher" ] && exec node "$launcher" worktree create "$@"
exec wt-orch worktree create "$@"
