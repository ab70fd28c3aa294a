import { assertNever, err, ok, type Result } from '../std/index.ts';
import type { Claim } from '../tasks/index.ts';
import { expandBraces } from './braces.ts';
import { isDeepSegment, isWild, slash } from './glob.ts';
import { matchesPattern, type PathPattern, wildPattern } from './pattern.ts';
import type { TrackedPaths } from './tracked.ts';

/** Why a claim names nothing: it is blank, begins at the root of the disk, leaves the repository, or has too many braces. */
export type ClaimRefusal = 'empty' | 'absolute' | 'outside' | 'tooManyAlternatives';

/** A claim, and what it names in this repository. A claim with braces is the claims that it writes out to. */
export type ResolvedClaim =
  | { readonly kind: 'resolved'; readonly claim: Claim; readonly patterns: readonly PathPattern[] }
  | { readonly kind: 'refused'; readonly claim: Claim; readonly reason: ClaimRefusal };

const maxAlternatives = 256;

/**
 * Decides whether a claim is a path, a folder or a glob. Literal first: what names a tracked path, or has no `*`, `?` or `{`, is that
 * path letter for letter; a trailing slash, or a name that is a tracked folder, means everything below. Never fails: a claim that
 * can name nothing comes back as refused, with the reason.
 */
export function resolveClaim(claim: Claim, tracked: TrackedPaths): ResolvedClaim {
  const patterns = resolveText(claim.pattern, tracked);
  if (!patterns.ok) return { kind: 'refused', claim, reason: patterns.error };
  return { kind: 'resolved', claim, patterns: patterns.value };
}

/** Whether the claim's pattern names the path. What a claim that excludes names is what it takes away. A refused claim names nothing. */
export function matchesClaim(resolved: ResolvedClaim, path: string): boolean {
  switch (resolved.kind) {
    case 'resolved':
      return resolved.patterns.some((pattern) => matchesPattern(pattern, path));
    case 'refused':
      return false;
    default:
      return assertNever(resolved);
  }
}

/** What `resolveClaim` says of the text alone. */
export function resolveText(text: string, tracked: TrackedPaths): Result<readonly PathPattern[], ClaimRefusal> {
  const whole = normalise(text);
  if (whole.ok && isTracked(whole.value, tracked)) return ok([namePattern(whole.value, tracked)]);
  const alternatives = expandBraces(text, maxAlternatives);
  if (alternatives === undefined) return err('tooManyAlternatives');
  const patterns: PathPattern[] = [];
  for (const alternative of alternatives) {
    const path = normalise(alternative);
    if (!path.ok) return path;
    patterns.push(isWild(path.value.path) ? wild(path.value) : namePattern(path.value, tracked));
  }
  return ok(patterns);
}

interface NormalPath {
  readonly path: string;
  readonly folder: boolean;
}

const wild = ({ path, folder }: NormalPath): PathPattern => wildPattern(folder ? `${path}/**` : path);

const isTracked = ({ path, folder }: NormalPath, tracked: TrackedPaths): boolean =>
  (!folder && tracked.placeOf(path) >= 0) || tracked.hasFolder(path);

function namePattern({ path, folder }: NormalPath, tracked: TrackedPaths): PathPattern {
  if (folder || tracked.hasFolder(path)) return { kind: 'folder', path };
  return { kind: 'path', path, tracked: tracked.placeOf(path) >= 0 };
}

/** Drops `./`, doubled slashes and `a/..`; says whether the text named a folder by its form. */
function normalise(text: string): Result<NormalPath, ClaimRefusal> {
  if (isNormalPath(text)) return ok({ path: text, folder: false });
  if (text.trim() === '') return err('empty');
  if (/^(\/|[A-Za-z]:[\\/])/.test(text)) return err('absolute');
  const written = text.split('/');
  const segments: string[] = [];
  for (const segment of written) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.length === 0 || isDeepSegment(segments.pop() as string)) return err('outside');
  }
  const folder = ['', '.', '..'].includes(written.at(-1) as string);
  return ok({ path: segments.join('/'), folder });
}

/** Whether a text can only be a name: a path in normal form, with no sign of a glob in it. */
export const isPlainPath = (text: string): boolean => isNormalPath(text) && !isWild(text) && !text.includes('{');

/**
 * Whether there is nothing to drop from a text. Says no to some that are normal (a name that begins with a dot). Exists because a
 * thousand tasks hold a hundred thousand such texts, and to take them apart takes several times as long.
 */
function isNormalPath(text: string): boolean {
  let startsSegment = true;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    // A dot may be the first of `./` or `../`, a colon may stand behind a drive, and a blank may be all there is.
    if (startsSegment && (code === slash || code === dot || code === blank)) return false;
    if (code === colon) return false;
    startsSegment = code === slash;
  }
  return !startsSegment;
}

const blank = 32;
const dot = 46;
const colon = 58;
