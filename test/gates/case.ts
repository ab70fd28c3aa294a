import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Gate, GateCase, GateResult } from '../../src/gates/index.ts';
import { judge } from '../../src/gates/index.ts';
import { openGit, openRepository } from '../../src/git/index.ts';
import { ok } from '../../src/std/index.ts';
import { scratchFolder } from '../support/scratch.ts';
import { type TempRepo, tempRepo } from '../support/temp-repo.ts';

/** A repository with one commit, which its branch starts from, and what a test says to it. */
export interface Branch {
  readonly repo: TempRepo;
  readonly base: string;
  git(...args: readonly string[]): Promise<string>;
  /** Writes the files, commits everything and returns the commit. */
  commit(files: Readonly<Record<string, string | Uint8Array>>): Promise<string>;
}

export async function newBranch(files: Readonly<Record<string, string>> = { 'README.md': 'hello\n' }): Promise<Branch> {
  const repo = await tempRepo(files);
  onTestFinished(() => repo.dispose());
  return {
    repo,
    base: await repo.git(['rev-parse', 'HEAD']),
    git: (...args) => repo.git(args),
    commit: (changed) => {
      const texts = Object.entries(changed).filter(([, content]) => typeof content === 'string');
      for (const [path, content] of Object.entries(changed)) {
        if (typeof content !== 'string') writeFileSync(join(repo.root, path), content);
      }
      return repo.commit(Object.fromEntries(texts) as Record<string, string>);
    },
  };
}

export const security: Gate = { name: 'security', kind: 'builtin', builtin: 'security', timeoutMs: 60_000 };

/** A case about everything between the first commit of the branch and where HEAD is now. */
export async function caseOf(
  branch: Branch,
  gates: readonly Gate[],
  change: Partial<GateCase> = {},
): Promise<GateCase> {
  const { env, root } = branch.repo;
  const repository = await openRepository(root, env);
  if (!repository.ok) throw new Error(repository.error.kind);
  const changed = await branch.git('diff', '--name-only', '--no-renames', branch.base, 'HEAD');
  return {
    task: { id: 'A-1', tags: [] },
    base: branch.base,
    tip: await branch.git('rev-parse', 'HEAD'),
    changed: changed.split('\n').filter((path) => path !== ''),
    gates,
    matches: (pattern, path) => pattern === path,
    checkout: async () => ok(root),
    env,
    logFolder: join(scratchFolder(), 'logs'),
    tag: `gates-${randomUUID()}`,
    signal: new AbortController().signal,
    git: await openGit(repository.value, env),
    ...change,
  };
}

export interface Outcome {
  readonly verdict: 'pass' | 'blocked';
  readonly results: readonly GateResult[];
}

export const judgeQuietly = (gateCase: GateCase): Promise<Outcome> => judge(gateCase, async () => {});
