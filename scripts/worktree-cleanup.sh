#!/bin/sh
# Removes the worktree and the branch of a task, unless work in it would be lost: worktree-cleanup.sh TASK [--force]
launcher="$(dirname -- "$0")/../bin/wt-orch.cjs"
[ -f "$launcher" ] && exec node "$launcher" worktree remove "$@"
exec wt-orch worktree remove "$@"
