import { resolve } from 'node:path';
import type { FSWatcher } from 'chokidar';
import { codeOf, messageOf } from './error-code.ts';
import { type FileLooks, fileLooks } from './file-looks.ts';

export interface WatchOptions {
  /** Called after each change, and once for a file that is there when it is added. A change may be told twice, never lost. */
  onChange(path: string): void;
  /** Something cannot be watched and is polled instead. */
  onProblem(problem: { readonly path?: string; readonly message: string }): void;
  /** How often every file is looked at in case an event was lost; 2 s if not given. */
  readonly reconcileMs?: number;
}

export interface FileWatch {
  add(path: string): void;
  remove(path: string): void;
  close(): Promise<void>;
}

const pollMs = 250;

/**
 * Watches single files that others write, replace, remove and make again. chokidar watches their folders (one level, all
 * other names ignored), which survives renames; it merges events that come close together, so a slow look at every file
 * stands behind it, and a file whose folder it cannot watch is looked at four times a second.
 */
export function watchFiles(options: WatchOptions): FileWatch {
  const looks = fileLooks((path) => options.onChange(path));
  const reconcileMs = options.reconcileMs ?? 2_000;
  const reconcile = setInterval(() => looks.all().forEach(looks.look), reconcileMs);
  const poll = setInterval(
    () =>
      looks
        .all()
        .filter((file) => file.isPolled)
        .forEach(looks.look),
    Math.min(pollMs, reconcileMs),
  );

  /** A full table of inotify watches (ENOSPC) or instances (EMFILE) and any other failure end in polling. */
  const onError = (error: unknown) => {
    const path = pathOf(error);
    for (const file of looks.all()) {
      if (path === undefined || path === file.path || path === file.folder) file.isPolled = true;
    }
    const message = `${codeOf(error) ?? 'error'}: ${messageOf(error)}`;
    options.onProblem(path === undefined ? { message } : { path, message });
  };

  let watcher: Promise<FSWatcher> | undefined;
  const tellWatcher = (deed: (it: FSWatcher) => void) => {
    watcher ??= startWatcher(looks, onError);
    watcher.then((it) => (it.closed ? undefined : deed(it))).catch(onError);
  };

  return {
    add: (path) => {
      const file = looks.add(path);
      if (file === undefined) return;
      tellWatcher((it) => it.add([file.folder, file.path]));
      looks.look(file);
    },
    remove: (path) => {
      const file = looks.remove(path);
      if (file === undefined) return;
      tellWatcher((it) => it.unwatch(looks.concerns(file.folder) ? file.path : [file.path, file.folder]));
    },
    close: async () => {
      clearInterval(reconcile);
      clearInterval(poll);
      looks.close();
      await (await watcher)?.close();
    },
  };
}

async function startWatcher(looks: FileLooks, onError: (error: unknown) => void): Promise<FSWatcher> {
  const { watch } = await import('chokidar');
  const watcher = watch([], {
    depth: 0,
    // Its own handling of editors that save by renaming would hold back each removal for 100 ms.
    atomic: false,
    ignored: (path) => !looks.concerns(path),
    ignorePermissionErrors: true,
  });
  // An error event without a listener would end the program.
  watcher.on('error', onError);
  watcher.on('all', (_event, path) => {
    const file = looks.find(path);
    if (file !== undefined) looks.look(file);
  });
  return watcher;
}

function pathOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('path' in error)) return undefined;
  return typeof error.path === 'string' ? resolve(error.path) : undefined;
}
