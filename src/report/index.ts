/** Metrics and accounts of a run, and every sentence for people. */
export { type Account, reportJson } from './account.ts';
export { blockSentence, problemText } from './block.ts';
export { configChangeText, driversSentence } from './drivers.ts';
export { reportMarkdown } from './markdown.ts';
export { narrate } from './narrate.ts';
export { plainText } from './plain-text.ts';
export { type Plan, planText, type TaskRow, tasksText } from './plan.ts';
export { questionText } from './question-text.ts';
export { reasonSentence, type Sentence } from './reason.ts';
export { type RefusedRepository, repositorySentence } from './repository.ts';
export { type Status, type StatusTask, statusJson } from './status.ts';
export { statusText } from './status-text.ts';
export { type Summary, summarize } from './summary.ts';
export { summaryText } from './summary-text.ts';
export { type Why, whyJson } from './why.ts';
export { whyText } from './why-text.ts';
