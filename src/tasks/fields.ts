import { nearest } from '../std/index.ts';
import { type Piece, part, type Range, splitOutside } from './piece.ts';

export type FieldName =
  | 'status'
  | 'priority'
  | 'depends'
  | 'files'
  | 'agent'
  | 'model'
  | 'tags'
  | 'accept'
  | 'verify'
  | 'gates'
  | 'resources'
  | 'timeout'
  | 'budget'
  | 'base'
  | 'approve';

const synonyms: Readonly<Record<FieldName, string>> = {
  status: 'status|state',
  priority: 'priority|prio',
  depends: 'depends|dep|deps|depends on|dependency|dependencies|blocked by|after|needs',
  files: 'files|file|touches|scope|modifies|enrichments|enrichment',
  agent: 'agent|assignee|owner',
  model: 'model',
  tags: 'tags|tag|labels|label',
  accept: 'accept|acceptance|acceptance criteria|done when',
  verify: 'verify',
  gates: 'gates|gate',
  resources: 'resources|resource|locks|lock',
  timeout: 'timeout',
  budget: 'budget',
  base: 'base',
  approve: 'approve|review',
};

const fieldByKey = new Map<string, FieldName>(
  Object.entries(synonyms).flatMap(([name, keys]) => keys.split('|').map((key) => [key, name as FieldName] as const)),
);

/** The key that a person most likely meant by one that nobody knows. Typing errors seldom hit the first letter, which keeps ordinary words out. */
export function fieldMeant(key: string): string | undefined {
  const word = key.toLowerCase();
  if (word.length < 4) return undefined;
  const alike = [...fieldByKey.keys()].filter(
    (known) => known[0] === word[0] && Math.abs(known.length - word.length) <= 2,
  );
  return nearest(word, alike);
}

const lists: ReadonlySet<FieldName> = new Set(['depends', 'files', 'tags', 'accept', 'gates', 'resources']);

/** Whether a value says that there is nothing: empty, `none`, `-` or `n/a`. */
export function isNone(value: string): boolean {
  return /^(?:|none|n\/a|[-–—])$/i.test(value);
}

/** One part of a value: what stands behind the key, on a continuation line, or in an item of the list below it. */
export interface ValuePart {
  readonly piece: Piece;
  readonly from: 'key' | 'continuation' | 'item';
}

export interface Field {
  readonly name: FieldName;
  readonly parts: readonly ValuePart[];
}

export interface KeyAndValue {
  /** As written, without emphasis. */
  readonly key: string;
  /** Undefined when nobody knows the key. */
  readonly name: FieldName | undefined;
  readonly value: Piece;
}

/** Reads `key: value`, `**Key:** value`, `**Key**: value`, `_Key:_ value`, `_Key: value_` or `@agent`; undefined for other text. */
export function readKey(content: Piece): KeyAndValue | undefined {
  if (/^@[\w.-]+$/.test(content.text)) return { key: 'agent', name: 'agent', value: content };
  const match = /^(\*\*|__|\*|_|)([A-Za-z][A-Za-z0-9 _-]{0,40}?)[ \t]{0,4}(:\1|\1[ \t]{0,4}:|:)/.exec(content.text);
  if (match === null) return undefined;
  const [all, emphasis = '', key = '', end = ''] = match;
  const value = part(content, all.length);
  const isOpen = emphasis !== '' && end === ':' && value.text.endsWith(emphasis);
  const name = fieldByKey.get(
    key
      .toLowerCase()
      .replaceAll(/[-_\s]+/g, ' ')
      .trim(),
  );
  return { key, name, value: isOpen ? part(value, 0, value.text.length - emphasis.length) : value };
}

export interface InlineFields {
  readonly title: Piece;
  readonly fields: readonly Field[];
}

/**
 * Reads `title — key: value; key: value`, the first line of a task in line form. The dash counts where a known field follows, so that
 * a title may hold one; a part behind `;` that is no field belongs to the value before it (`verify: make; make test`).
 */
export function readInlineFields(rest: Piece): InlineFields {
  const { text } = rest;
  const ranges = splitOutside(text, (at) => dashLength(text, at) || (text[at] === ';' ? 1 : 0), '(){}');
  const segments = ranges.map((range) => readSegment(rest, range));
  const first = segments.findIndex((segment, index) => index > 0 && segment.key?.name !== undefined);
  const lastDash = segments.findLastIndex((segment, index) => index <= first && segment.isBehindDash);
  if (first < 0 || lastDash < 0) return { title: rest, fields: [] };
  const isTitle = segments.slice(lastDash, first).some((segment) => segment.key === undefined);
  const titleEnd = segments[(isTitle ? first : lastDash) - 1]?.range.end ?? text.length;
  return { title: { ...rest, text: text.slice(0, titleEnd) }, fields: joinSegments(rest, segments.slice(first)) };
}

interface Segment {
  readonly range: Range;
  readonly isBehindDash: boolean;
  readonly key: KeyAndValue | undefined;
}

function readSegment(rest: Piece, range: Range): Segment {
  const isBehindDash = range.start > 0 && rest.text[range.start - 1] !== ';';
  return { range, isBehindDash, key: readKey(part(rest, range.start, range.end)) };
}

function joinSegments(rest: Piece, segments: readonly Segment[]): readonly Field[] {
  const fields: { name: FieldName; parts: ValuePart[] }[] = [];
  for (const { range, isBehindDash, key } of segments) {
    const last = fields.at(-1);
    if (key?.name !== undefined) {
      fields.push({ name: key.name, parts: [{ piece: key.value, from: 'key' }] });
    } else if (last !== undefined && lists.has(last.name) && !isBehindDash) {
      last.parts.push({ piece: part(rest, range.start, range.end), from: 'item' });
    } else {
      const before = last?.parts.pop();
      if (before !== undefined) {
        last?.parts.push({ ...before, piece: part(rest, before.piece.column - rest.column, range.end) });
      }
    }
  }
  return fields;
}

/** The length of ` — `, ` – ` or ` -- ` at an offset, 0 for anything else. */
function dashLength(text: string, at: number): number {
  if (text[at] !== ' ') return 0;
  return [' — ', ' – ', ' -- '].find((dash) => text.startsWith(dash, at))?.length ?? 0;
}
