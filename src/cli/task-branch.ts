import { commitsBetween, type Git, listRefs } from '../git/index.ts';
import { idKey, isTaskId } from '../tasks/index.ts';

/** The branch of a task, `wt-orch/<task>`, as it stands now. */
export interface TaskBranch {
  readonly task: string;
  readonly branch: string;
  readonly tip: string;
}

const heads = 'refs/heads/';
const prefix = 'wt-orch/';

/** Every branch of a task that there is, sorted by name. */
export async function taskBranches(git: Git): Promise<readonly TaskBranch[]> {
  const refs = await listRefs(git, `${heads}${prefix}`);
  return refs.flatMap(({ ref, commit }) => {
    const branch = ref.slice(heads.length);
    const task = taskOfBranch(branch);
    return task === undefined ? [] : [{ task, branch, tip: commit }];
  });
}

/** The branch of the task with this id, in whatever case it is typed. */
export async function branchOfTask(git: Git, id: string): Promise<TaskBranch | undefined> {
  const branches = await taskBranches(git);
  return branches.find(({ task }) => task === id) ?? branches.find(({ task }) => idKey(task) === idKey(id));
}

/** The task that a branch belongs to by its name, if it does to one. */
export function taskOfBranch(branch: string): string | undefined {
  const task = branch.startsWith(prefix) ? branch.slice(prefix.length) : undefined;
  return task !== undefined && isTaskId(task) ? task : undefined;
}

/** How many commits `tip` has that the commit of the target has not. */
export const commitsAhead = async (git: Git, target: string, tip: string): Promise<number> =>
  (await commitsBetween(git, target, tip)).length;
