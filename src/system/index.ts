/**
 * The machine: processes and their trees, files, locks, watching, the clock. The only room that starts programs and touches
 * files. It loads neither execa nor chokidar before the first command or watch, so that importing it costs next to nothing.
 */
export { type AppendFile, openAppendFile } from './append-file.ts';
export { now, pause } from './clock.ts';
export { endTree, sweepTag, waitForTag } from './end-tree.ts';
export { hasCode, messageOf } from './error-code.ts';
export {
  changeMode,
  copyInto,
  describePath,
  ensureFolder,
  freeBytes,
  listFolder,
  makePrivateFolder,
  type PathFacts,
  pathKind,
  readBytes,
  readText,
  realPath,
  removeTree,
  syncFolder,
} from './files.ts';
export { identityOf, isAlive, type ProcessIdentity } from './identity.ts';
export { type Exit, type Launched, type LaunchPlan, launch, type StartFailure } from './launch.ts';
export { type Lock, type LockHeld, takeLock } from './lock.ts';
export { type LockOwner, readLockOwner } from './lock-owner.ts';
export { overwrite } from './overwrite.ts';
export { isProgramAt } from './program-at.ts';
export { type HostileRefusal, readHostile } from './read-hostile.ts';
export { readPart } from './read-part.ts';
export { readSettled } from './read-settled.ts';
export { type Finished, type RunOptions, run } from './run.ts';
export { type LoggedEnd, type LoggedPlan, runLogged } from './run-logged.ts';
export { scratchEnvironment } from './scratch-env.ts';
export { withShortLock } from './short-lock.ts';
export { onSignals, type StopSignal } from './signals.ts';
export { tagged } from './tags.ts';
export { userEnvironment } from './user-env.ts';
export { type FileWatch, type WatchOptions, watchFiles } from './watch.ts';
export { isTemporary, writeAtomic } from './write-atomic.ts';
