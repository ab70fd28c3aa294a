import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import { Terminal } from '@xterm/headless';
import type { TempRepo } from './temp-repo.ts';
import { waitFor } from './wait-for.ts';

/** A program on a terminal, as a person sees it. */
export interface OnTerminal {
  /** The screen and what has scrolled away, without the blanks at the ends of lines. */
  readonly screen: () => string;
  /** Waits until the text stands on the screen. */
  readonly shows: (text: string) => Promise<string>;
  readonly type: (keys: string) => void;
  /** The exit code. */
  readonly ended: Promise<number>;
}

const launcher = fileURLToPath(new URL('../../bin/wt-orch.cjs', import.meta.url));

/** Starts the built program on a terminal of 120 columns and 40 rows. */
export function onTerminal(repo: Pick<TempRepo, 'root' | 'env'>, args: readonly string[]): OnTerminal {
  const size = { cols: 120, rows: 40 };
  const terminal = new Terminal({ ...size, scrollback: 1_000, allowProposedApi: true });
  const env = { ...repo.env, TERM: 'xterm-256color' };
  const pty = spawn(process.execPath, [launcher, ...args], { ...size, cwd: repo.root, env });
  pty.onData((data) => terminal.write(data));
  const ended = new Promise<number>((resolve) => {
    // The emulator draws in its own time; what was printed last has to be on the screen.
    pty.onExit(({ exitCode }) => terminal.write('', () => resolve(exitCode)));
  });
  const screen = (): string => {
    const { active } = terminal.buffer;
    const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
    return lines.join('\n').trimEnd();
  };
  const shows: OnTerminal['shows'] = async (text) => {
    const look = () => (screen().includes(text) ? screen() : undefined);
    return await waitFor(look, text).catch((problem: unknown) => {
      throw new Error(`${String(problem)}\n${screen()}`);
    });
  };
  return { screen, shows, type: (keys) => pty.write(keys), ended };
}
