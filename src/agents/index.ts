/** The life of one agent: its worktree, its prompt, how it is started, what it reports, what it left, how it is stopped. */
export type { AgentEvent } from './agent-event.ts';
export { buildConflictPrompt, type ConflictFile } from './conflict-prompt.ts';
export { type Driver, type DriverProblem, driverNamed } from './driver.ts';
export { type HarvestPlan, harvestWork } from './harvest-work.ts';
export { scriptsNamed } from './own-rules.ts';
export { nextAttemptRef, type PrepareProblem, prepareWorktree, setAside, setUp } from './prepare-worktree.ts';
export { buildPrompt, type PromptParts } from './prompt.ts';
export { type FoundWork, readWork } from './read-work.ts';
export { type ReportWatch, watchReports } from './report-watch.ts';
export { type Attempt, runAgent } from './run-agent.ts';
export { parseStatusReport, type StatusReport, statusReportLimit } from './status-report.ts';
