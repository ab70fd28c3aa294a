import { isPlainPath, resolveText } from './claim.ts';
import { type PathPattern, patternText, type WidePattern } from './pattern.ts';
import { hashOf, TextIndex } from './text-index.ts';
import type { TrackedPaths } from './tracked.ts';

type Kind = 'name' | 'wide' | 'alias';

/**
 * Gives each distinct pattern one number, however many claims write it and however they spell it, so that what is found out about a
 * pattern is found out once. The numbers of tracked files come first and are their places in the index; then come the patterns met
 * in claims. Names are kept as bare texts, and tracked ones not even as that: there may be a million of them.
 */
export class PatternTable {
  /** The folders and globs by number, in the order in which they were met. */
  readonly wides = new Map<number, WidePattern>();
  readonly #tracked: TrackedPaths;
  readonly #fileCount: number;
  readonly #index = new TextIndex();
  readonly #kinds: Kind[] = [];
  /** What the texts stand for that are not the way in which their pattern is written here. */
  readonly #aliases = new Map<number, readonly number[]>();

  constructor(tracked: TrackedPaths) {
    this.#tracked = tracked;
    this.#fileCount = tracked.files.length;
  }

  get size(): number {
    return this.#fileCount + this.#index.texts.length;
  }

  /** The number of the text's pattern, or several where braces write out to several; none when the claim names nothing. */
  numbersOf(text: string): number | readonly number[] {
    const hash = hashOf(text);
    const place = this.#tracked.placeOf(text, hash);
    if (place >= 0) return place;
    const known = this.#index.find(text, hash);
    if (known >= 0) return this.#aliases.get(this.#fileCount + known) ?? this.#fileCount + known;
    if (isPlainPath(text) && !this.#tracked.hasFolder(text, hash)) return this.#add(text, hash, 'name');
    const patterns = resolveText(text, this.#tracked);
    const numbers = patterns.ok ? patterns.value.map((pattern) => this.#numberOf(pattern)) : [];
    if (this.#index.find(text, hash) < 0) this.#aliases.set(this.#add(text, hash, 'alias'), numbers);
    return numbers;
  }

  isWide(number: number): boolean {
    return number >= this.#fileCount && this.#kinds[number - this.#fileCount] === 'wide';
  }

  /** A name's path, or the text of a wide pattern. */
  text(number: number): string {
    const text = number < this.#fileCount ? this.#tracked.files[number] : this.#index.texts[number - this.#fileCount];
    return text as string;
  }

  pattern(number: number): PathPattern {
    return this.wides.get(number) ?? { kind: 'path', path: this.text(number), tracked: number < this.#fileCount };
  }

  /** The number of the untracked name that is written exactly so, if some claim holds it. */
  untrackedName(path: string): number | undefined {
    const known = this.#index.find(path, hashOf(path));
    return known >= 0 && this.#kinds[known] === 'name' ? this.#fileCount + known : undefined;
  }

  #numberOf(pattern: PathPattern): number {
    if (pattern.kind === 'path' && pattern.tracked) return this.#tracked.placeOf(pattern.path);
    const text = patternText(pattern);
    const hash = hashOf(text);
    const known = this.#index.find(text, hash);
    if (known >= 0) return this.#fileCount + known;
    if (pattern.kind === 'path') return this.#add(text, hash, 'name');
    const number = this.#add(text, hash, 'wide');
    this.wides.set(number, pattern);
    return number;
  }

  #add(text: string, hash: number, kind: Kind): number {
    this.#kinds.push(kind);
    return this.#fileCount + this.#index.add(text, hash);
  }
}
