import { dirname, resolve } from 'node:path';
import { type FileMark, markOf } from './file-mark.ts';

export interface Watched {
  readonly path: string;
  readonly folder: string;
  mark: FileMark;
  isPolled: boolean;
  /** A look is under way; `again` asks for another one after it. */
  look: 'none' | 'running' | 'again';
}

export interface FileLooks {
  /** The file now looked after; undefined when it was so already. */
  add(path: string): Watched | undefined;
  remove(path: string): Watched | undefined;
  find(path: string): Watched | undefined;
  /** Whether the path is one of the files or the folder of one. */
  concerns(path: string): boolean;
  /** Compares the file with the last look at it and tells of a difference. */
  look(file: Watched): void;
  all(): readonly Watched[];
  close(): void;
}

/** The register of single files: what each was like when it was last looked at, and who is told when it is not so any more. */
export function fileLooks(onChange: (path: string) => void): FileLooks {
  const files = new Map<string, Watched>();
  const folders = new Map<string, number>();

  const lookUntilSettled = async (file: Watched) => {
    do {
      file.look = 'running';
      const mark = await markOf(file.path);
      const isNews = mark.text !== file.mark.text || file.mark.isFresh;
      file.mark = mark;
      if (isNews && files.get(file.path) === file) onChange(file.path);
    } while (wasAskedAgain(file));
    file.look = 'none';
  };

  return {
    add: (given) => {
      const path = resolve(given);
      if (files.has(path)) return undefined;
      const folder = dirname(path);
      const file: Watched = { path, folder, mark: { text: '', isFresh: false }, isPolled: false, look: 'none' };
      files.set(path, file);
      folders.set(folder, (folders.get(folder) ?? 0) + 1);
      return file;
    },
    remove: (given) => {
      const file = files.get(resolve(given));
      if (file === undefined) return undefined;
      files.delete(file.path);
      const left = (folders.get(file.folder) ?? 1) - 1;
      if (left > 0) folders.set(file.folder, left);
      else folders.delete(file.folder);
      return file;
    },
    find: (path) => files.get(path),
    concerns: (path) => files.has(path) || folders.has(path),
    look: (file) => {
      if (file.look === 'none') void lookUntilSettled(file);
      else file.look = 'again';
    },
    all: () => [...files.values()],
    close: () => files.clear(),
  };
}

/** A function of its own, since the compiler takes the field for unchanged across the await. */
function wasAskedAgain(file: Watched): boolean {
  return file.look === 'again';
}
