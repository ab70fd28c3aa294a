import { folderOf } from './tracked.ts';

/**
 * The folders that patterns lie in, each with the number of its parent and the wide patterns that begin there. Two patterns can only
 * meet when one begins in a folder at or above the other's, so to look up a folder's ancestors is to find all that may meet it.
 */
export class FolderTree {
  readonly #parents: number[] = [-1];
  readonly #filed: (number[] | undefined)[] = [undefined];
  readonly #byPath = new Map<string, number>([['', 0]]);
  readonly #bornWith: (folder: string) => number | undefined;

  /** `bornWith` names a pattern to file in a folder as soon as the folder is heard of. */
  constructor(bornWith: (folder: string) => number | undefined) {
    this.#bornWith = bornWith;
  }

  /** Returns the folder's number. */
  file(pattern: number, folder: string): number {
    const node = this.nodeOf(folder);
    const filed = this.#filed[node];
    if (filed === undefined) this.#filed[node] = [pattern];
    else filed.push(pattern);
    return node;
  }

  nodeOf(folder: string): number {
    const known = this.#byPath.get(folder);
    if (known !== undefined) return known;
    const parent = this.nodeOf(folderOf(folder));
    const node = this.#parents.push(parent) - 1;
    const pattern = this.#bornWith(folder);
    this.#filed.push(pattern === undefined ? undefined : [pattern]);
    this.#byPath.set(folder, node);
    return node;
  }

  filedAt(node: number): readonly number[] | undefined {
    return this.#filed[node];
  }

  /** The folder above; below zero above the root. */
  parentOf(node: number): number {
    return this.#parents[node] as number;
  }
}
