import { hashOf, TextIndex } from './text-index.ts';

/** The files that git tracks, indexed once and asked many times. Folders are written without a trailing slash; the root is ''. */
export interface TrackedPaths {
  /** Each file once, in the order in which they came. */
  readonly files: readonly string[];
  /** The place of a file in `files`, or -1. Here and below, whoever has the path's hash at hand may pass it. */
  placeOf(path: string, hash?: number): number;
  hasFolder(folder: string, hash?: number): boolean;
  /** Every tracked file below the folder, in code-unit order. */
  below(folder: string): readonly string[];
}

/** Takes paths as git prints them (relative to the root, with `/`), in any order. A hundred thousand of them are well served. */
export function trackedPaths(paths: Iterable<string>): TrackedPaths {
  const files = new TextIndex();
  const folders = new TextIndex();
  for (const path of paths) {
    const hash = hashOf(path);
    if (files.find(path, hash) >= 0) continue;
    files.add(path, hash);
    addFoldersAbove(path, folders);
  }
  let sorted: readonly string[] | undefined;
  return {
    files: files.texts,
    placeOf: (path, hash = hashOf(path)) => files.find(path, hash),
    hasFolder: (folder, hash = hashOf(folder)) => folders.find(folder, hash) >= 0,
    below: (folder) => {
      sorted ??= [...files.texts].sort();
      if (folder === '') return sorted;
      // `0` is the code unit after `/`, so everything that begins with `folder/` lies between the two.
      return sorted.slice(firstAtOrAfter(sorted, `${folder}/`), firstAtOrAfter(sorted, `${folder}0`));
    },
  };
}

function addFoldersAbove(path: string, folders: TextIndex): void {
  for (let folder = folderOf(path); ; folder = folderOf(folder)) {
    const hash = hashOf(folder);
    if (folders.find(folder, hash) >= 0) return;
    folders.add(folder, hash);
  }
}

/** The folder that holds the path; the root, written '', holds itself. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function firstAtOrAfter(sorted: readonly string[], wanted: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as string) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
