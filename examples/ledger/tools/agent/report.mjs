import { rename, writeFile } from 'node:fs/promises';

/** Makes the function that writes status reports. Each replaces the last in one step, so a reader never sees half of one. */
export function createReporter({ agent, task, file }) {
  let last = { agentId: agent, taskId: task, status: 'in_progress', progress: 0, filesChanged: [] };
  return async (fields) => {
    last = { ...last, ...fields, updatedAt: new Date().toISOString() };
    const half = `${file}.${process.pid}.tmp`;
    await writeFile(half, `${JSON.stringify(last, null, 2)}\n`);
    await rename(half, file);
  };
}
