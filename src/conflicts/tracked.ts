/** The files that git tracks, indexed once and asked many times. Folders are written without a trailing slash; the root is ''. */
export interface TrackedPaths {
  /** Each file once, in the order in which they came. */
  readonly files: readonly string[];
  /** The place of a file in `files`, `folderPlace` for a folder with files in it, undefined for anything else. */
  placeOf(path: string): number | undefined;
  has(path: string): boolean;
  hasFolder(folder: string): boolean;
  /** Every tracked file below the folder, in code-unit order. */
  below(folder: string): readonly string[];
}

export const folderPlace = -1;

/** Takes paths as git prints them (relative to the root, with `/`), in any order. A hundred thousand of them are well served. */
export function trackedPaths(paths: Iterable<string>): TrackedPaths {
  const files: string[] = [];
  const places = new Map<string, number>();
  for (const path of paths) {
    if (places.has(path)) continue;
    places.set(path, files.push(path) - 1);
    addFoldersAbove(path, places);
  }
  let sorted: readonly string[] | undefined;
  return {
    files,
    placeOf: (path) => places.get(path),
    has: (path) => (places.get(path) ?? folderPlace) !== folderPlace,
    hasFolder: (folder) => places.get(folder) === folderPlace,
    below: (folder) => {
      sorted ??= [...files].sort();
      if (folder === '') return sorted;
      // `0` is the code unit after `/`, so everything that begins with `folder/` lies between the two.
      return sorted.slice(firstAtOrAfter(sorted, `${folder}/`), firstAtOrAfter(sorted, `${folder}0`));
    },
  };
}

function addFoldersAbove(file: string, places: Map<string, number>): void {
  let folder = folderOf(file);
  while (!places.has(folder)) {
    places.set(folder, folderPlace);
    folder = folderOf(folder);
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
