import { isPlainPath, resolveText } from './claim.ts';
import { type PathPattern, patternText, type WidePattern } from './pattern.ts';
import type { TrackedPaths } from './tracked.ts';

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
  readonly #texts: string[] = [];
  readonly #isWide: boolean[] = [];
  readonly #byText = new Map<string, number | readonly number[]>();

  constructor(tracked: TrackedPaths) {
    this.#tracked = tracked;
    this.#fileCount = tracked.files.length;
  }

  get size(): number {
    return this.#fileCount + this.#texts.length;
  }

  /** The number of the text's pattern, or several where braces write out to several; none when the claim names nothing. */
  numbersOf(text: string): number | readonly number[] {
    const place = this.#tracked.placeOf(text);
    if (place !== undefined && place >= 0) return place;
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (place === undefined && isPlainPath(text)) return this.#add(text, false);
    const patterns = resolveText(text, this.#tracked);
    const numbers = patterns.ok ? patterns.value.map((pattern) => this.#numberOf(pattern)) : [];
    if (!this.#byText.has(text)) this.#byText.set(text, numbers);
    return numbers;
  }

  isWide(number: number): boolean {
    return number >= this.#fileCount && this.#isWide[number - this.#fileCount] === true;
  }

  /** A name's path, or the text of a wide pattern. */
  text(number: number): string {
    const text = number < this.#fileCount ? this.#tracked.files[number] : this.#texts[number - this.#fileCount];
    return text as string;
  }

  pattern(number: number): PathPattern {
    return this.wides.get(number) ?? { kind: 'path', path: this.text(number), tracked: number < this.#fileCount };
  }

  /** The number of the untracked name that is written exactly so, if some claim holds it. */
  untrackedName(path: string): number | undefined {
    const number = this.#byText.get(path);
    return typeof number === 'number' && !this.isWide(number) ? number : undefined;
  }

  #numberOf(pattern: PathPattern): number {
    if (pattern.kind === 'path' && pattern.tracked) return this.#tracked.placeOf(pattern.path) as number;
    const text = patternText(pattern);
    const known = this.#byText.get(text);
    if (known !== undefined) return typeof known === 'number' ? known : (known[0] as number);
    const number = this.#add(text, pattern.kind !== 'path');
    if (pattern.kind !== 'path') this.wides.set(number, pattern);
    return number;
  }

  #add(text: string, wide: boolean): number {
    const number = this.#fileCount + this.#texts.push(text) - 1;
    this.#isWide.push(wide);
    this.#byText.set(text, number);
    return number;
  }
}
