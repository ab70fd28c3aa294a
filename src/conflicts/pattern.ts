import { assertNever } from '../std/index.ts';
import { globTokens, isDeepSegment, letterTokens, matchesTokens, type Tokens } from './glob.ts';

/** One path, letter for letter. A name that is not tracked may become a folder, so it also stands for everything below it. */
export interface PathName {
  readonly kind: 'path';
  readonly path: string;
  readonly tracked: boolean;
}

/** Everything below a folder, but not a file of the folder's own name. The root is ''. */
export interface Folder {
  readonly kind: 'folder';
  readonly path: string;
}

export class Glob {
  readonly kind = 'glob';
  readonly text: string;
  /** The folder that all its paths lie below: the segments before the first one with a `*` or `?`. */
  readonly prefix: string;
  /** The letters behind the last `*`, `?` or slash, with which all its paths end. */
  readonly tail: string;
  #tokens: Tokens | undefined;

  constructor(text: string, prefix: string) {
    this.text = text;
    this.prefix = prefix;
    this.tail = text.slice(Math.max(text.lastIndexOf('*'), text.lastIndexOf('?'), text.lastIndexOf('/')) + 1);
  }

  /** Made when they are first needed: most globs are never compared with anything. */
  get tokens(): Tokens {
    this.#tokens ??= globTokens(this.text.split('/'));
    return this.#tokens;
  }
}

export type WidePattern = Folder | Glob;
export type PathPattern = PathName | WidePattern;

/** Takes a normal path with a `*` or `?` in it, braces already written out. */
export function wildPattern(text: string): WidePattern {
  const prefix = text.slice(0, Math.max(0, text.lastIndexOf('/', text.search(/[*?]/))));
  const rest = prefix === '' ? text : text.slice(prefix.length + 1);
  return rest.split('/').every(isDeepSegment) ? { kind: 'folder', path: prefix } : new Glob(text, prefix);
}

export function matchesPattern(pattern: PathPattern, path: string): boolean {
  switch (pattern.kind) {
    case 'path':
      return path === pattern.path || (!pattern.tracked && isBelow(path, pattern.path));
    case 'folder':
      return isBelow(path, pattern.path);
    case 'glob':
      return path.endsWith(pattern.tail) && isBelow(path, pattern.prefix) && matchesTokens(pattern.tokens, path);
    default:
      return assertNever(pattern);
  }
}

export function isBelow(path: string, folder: string): boolean {
  return folder === '' || (path.length > folder.length && path.startsWith(folder) && path[folder.length] === '/');
}

/** The pattern as a person would write it. Folders read `src/**`, whatever form their author chose. */
export function patternText(pattern: PathPattern): string {
  if (pattern.kind === 'glob') return pattern.text;
  if (pattern.kind === 'path') return pattern.path;
  return pattern.path === '' ? '**' : `${pattern.path}/**`;
}

/** The folder that everything the pattern names lies in or below; for a name, the name itself. */
export const rootOf = (pattern: PathPattern): string => (pattern.kind === 'glob' ? pattern.prefix : pattern.path);

/** The automata that together name what the pattern names. */
export function patternTokens(pattern: PathPattern): readonly Tokens[] {
  if (pattern.kind === 'glob') return [pattern.tokens];
  const name = letterTokens(pattern.path);
  if (pattern.kind === 'path' && pattern.tracked) return [name];
  const below = [...letterTokens(pattern.path === '' ? '' : `${pattern.path}/`), ...globTokens(['**'])];
  return pattern.kind === 'path' ? [name, below] : [below];
}

/** Of two patterns that meet, the one that tells a person more: deeper root first, then a glob before a folder, then the longer text. */
export function moreSpecific(a: PathPattern, b: PathPattern): PathPattern {
  const byRoot = depth(rootOf(a)) - depth(rootOf(b));
  if (byRoot !== 0) return byRoot > 0 ? a : b;
  if ((a.kind === 'glob') !== (b.kind === 'glob')) return a.kind === 'glob' ? a : b;
  const [textA, textB] = [patternText(a), patternText(b)];
  if (textA.length !== textB.length) return textA.length > textB.length ? a : b;
  return textA <= textB ? a : b;
}

const depth = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);
