import { type Git, openGit, openRepository } from '../../src/git/index.ts';
import type { TempRepo } from '../support/temp-repo.ts';

/** The repository opened as the program opens it; `drivers` are the approved ones. */
export async function opened(repo: TempRepo, cwd = repo.root, drivers: readonly string[] = []): Promise<Git> {
  const repository = await openRepository(cwd, repo.env);
  if (!repository.ok) throw new Error(`refused: ${JSON.stringify(repository.error)}`);
  return await openGit(repository.value, repo.env, drivers);
}

/** The value of a result that a test needs to go on. */
export function held<T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T {
  if (!result.ok) throw new Error(`failed: ${JSON.stringify(result.error)}`);
  return result.value;
}
