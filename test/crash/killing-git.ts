import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the orchestrator is killed; everything is counted from 1, from the start of the command. */
export type Point =
  /**
   * At a git command of the orchestrator. `before`: it does not run any more. `orphan`: it runs a while after its orchestrator is dead.
   * `after`: it has just ended. `torn`: it was killed too, and has left the lock files that it takes.
   */
  | {
      readonly kind: 'git';
      readonly at: number;
      readonly how: 'before' | 'orphan' | 'after' | 'torn';
      /** Only commands of this name count, if one is given. */
      readonly of?: string;
    }
  /** When the journal has got so many new records. */
  | { readonly kind: 'journal'; readonly at: number }
  /** In a test of a landing, which goes on for some seconds after the kill at its start. */
  | { readonly kind: 'test'; readonly at: number; readonly how: 'start' | 'end' };

export interface Killer {
  /** First on PATH, so that the orchestrator finds our `git` there. */
  readonly bin: string;
  /** Starts counting afresh, and names the point at which the next command is killed. */
  readonly arm: (point?: Point) => void;
  /** The git commands that were counted, as typed. */
  readonly commands: () => readonly string[];
  readonly tests: () => number;
  /** Whether the point was reached. */
  readonly fired: () => boolean;
}

/**
 * What a script knows: whether its parent is an orchestrator of this program, how to kill it, and nothing else is ever signalled; and the
 * next number, a file that must not exist yet and so is made by one process only. Each command has a folder of its own for its
 * numbers: processes of one that was killed may still be counting.
 */
const prelude = (folder: string) => `D=${folder}
is_ours() { parent=''; IFS= read -r parent < "/proc/$PPID/cmdline"; case $parent in *wt-orch.cjs*) return 0 ;; esac; return 1; } 2>/dev/null
kill_it() { : > "$D/fired"; if is_ours; then kill -9 $PPID; fi; }
number() {
  n=1
  set -C
  until { true > "$D/$round/$1/$n"; } 2>/dev/null; do n=$((n+1)); done
  set +C
}
round='' kind='' at='' how='' of=''
read -r round kind at how of < "$D/arm"`;

/** Makes the means of killing below `folder`. */
export function killer(folder: string): Killer {
  const bin = join(folder, 'bin');
  const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
  let round = 0;
  const counted = (name: string) => readdirSync(join(folder, `${round}`, name)).length;
  const arm: Killer['arm'] = (point) => {
    round += 1;
    for (const name of ['git', 'tests', 'named']) mkdirSync(join(folder, `${round}`, name), { recursive: true });
    rmSync(join(folder, 'fired'), { force: true });
    const words = { kind: 'none', at: 0, how: '-', of: '', ...point };
    writeFileSync(join(folder, 'arm'), `${round} ${words.kind} ${words.at} ${words.how} ${words.of}\n`);
  };
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'git'), gitScript(folder, real));
  chmodSync(join(bin, 'git'), 0o755);
  arm();
  return {
    bin,
    arm,
    commands: () =>
      Array.from({ length: counted('git') }, (_, index) =>
        readFileSync(join(folder, `${round}`, 'git', `${index + 1}`), 'utf8').replaceAll(/-c \S+ /g, ''),
      ),
    tests: () => counted('tests'),
    fired: () => readdirSync(folder).includes('fired'),
  };
}

/** Lets the real git through, but for the one command at which the orchestrator dies. */
const gitScript = (folder: string, real: string) => `#!/bin/sh
${prelude(`'${folder}'`)}
is_ours || exec '${real}' "$@"
number git
printf '%s' "$*" > "$D/$round/git/$n"
if [ -n "$of" ]; then
  case "$*" in *" $of "*) number named ;; *) exec '${real}' "$@" ;; esac
fi
[ "$kind $at" = "git $n" ] || exec '${real}' "$@"
cat > "$D/stdin"
case $how in
  before) kill_it ;;
  orphan) kill_it; sleep 1.2; exec '${real}' "$@" < "$D/stdin" ;;
  after) '${real}' "$@" < "$D/stdin"; code=$?; kill_it; exit $code ;;
  torn)
    case "$*" in
      *' worktree add '*)
        for path do [ -n "\${path##*/scripted-*}" ] || break; done
        mkdir -p "$path" "$GIT_DIR/worktrees/\${path##*/}"
        echo initializing > "$GIT_DIR/worktrees/\${path##*/}/locked" ;;
      *' update-ref '*)
        tr '\\0' '\\n' < "$D/stdin" | sed -n 's/^update //p' | while read -r ref; do
          mkdir -p "$GIT_DIR/\${ref%/*}"; : > "$GIT_DIR/$ref.lock"
        done ;;
      *' merge '*) : > "$GIT_DIR/index.lock" ;;
      *' checkout '*) : > "$GIT_INDEX_FILE.lock"; : > "$GIT_DIR/HEAD.lock" ;;
      *' read-tree '*|*' update-index '*|*' add '*) [ -z "$GIT_INDEX_FILE" ] || : > "$GIT_INDEX_FILE.lock" ;;
      *' symbolic-ref HEAD '*) : > "$GIT_DIR/HEAD.lock" ;;
    esac
    kill_it ;;
esac
exit 1
`;

/** The text of a test command: `rest` decides, and the orchestrator may die at its start or its end. */
export const testScript = (rest: string) => `n=''
${prelude('"$HOME/../crash"')}
if is_ours; then number tests; fi
if [ "$kind $at $how" = "test $n start" ]; then kill_it; sleep 5; fi
verdict() { ${rest}
}
verdict; code=$?
if [ "$kind $at $how" = "test $n end" ]; then kill_it; fi
exit $code
`;
