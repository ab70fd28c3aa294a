import { watchFiles } from '../system/index.ts';

/** One watch for the status reports of all agents of a process; each follower hears of its own file. */
export interface ReportWatch {
  /** Calls `onChange` whenever the file may have changed; the answer ends that. */
  readonly add: (file: string, onChange: () => void) => () => void;
  readonly close: () => Promise<void>;
}

/** Starts the watch. `onProblem` hears in words when files can only be polled, or not be watched at all. */
export function watchReports(onProblem: (message: string) => void): ReportWatch {
  const followers = new Map<string, () => void>();
  const watch = watchFiles({
    onChange: (path) => followers.get(path)?.(),
    onProblem: ({ message }) => onProblem(message),
  });
  return {
    add: (file, onChange) => {
      followers.set(file, onChange);
      watch.add(file);
      return () => {
        followers.delete(file);
        watch.remove(file);
      };
    },
    close: () => watch.close(),
  };
}
