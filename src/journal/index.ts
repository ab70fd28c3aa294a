/** The journal: what happened, in order, on the disk before anybody acts on it. Every state is folded from it. */
export { type Journal, type Opened, openJournal, readJournal } from './open.ts';
export type { JournalCut, JournalFailure, Stamp } from './recover.ts';
