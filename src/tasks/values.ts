import { type Field, type FieldName, isNone, type ValuePart } from './fields.ts';
import { type Piece, part, splitOutside, withoutBackticks } from './piece.ts';
import type { Span } from './source.ts';

/** The parts of all fields of a name that say something. */
export function partsOf(fields: readonly Field[], name: FieldName): readonly ValuePart[] {
  return fields
    .filter((field) => field.name === name)
    .flatMap(({ parts }) => parts.filter(({ piece }) => !isNone(piece.text)));
}

/** A value of one word or sentence. The first field of the name counts; what continues it follows after a blank, list items after `glue`. */
export function textValue(fields: readonly Field[], name: FieldName, glue = ', '): Piece | undefined {
  const field = fields.find((candidate) => candidate.name === name && partsOf([candidate], name).length > 0);
  if (field === undefined) return undefined;
  const [first, ...others] = partsOf([field], name);
  if (first === undefined) return undefined;
  const start = withoutBackticks(first.piece);
  const rest = others.map(({ piece, from }) => `${from === 'item' ? glue : ' '}${withoutBackticks(piece).text}`);
  return { ...start, text: start.text + rest.join('') };
}

/** A value of several words between commas. */
export function wordsValue(fields: readonly Field[], name: FieldName): readonly Piece[] {
  return partsOf(fields, name)
    .flatMap(({ piece }) => {
      const { text } = piece;
      const ranges = splitOutside(text, (at) => (text[at] === ',' || text[at] === ';' ? 1 : 0), '');
      return ranges.map(({ start, end }) => withoutBackticks(part(piece, start, end)));
    })
    .filter(({ text }) => !isNone(text));
}

/** The word of a `status:` value, without emphasis and without what stands in brackets behind it. Only this is ever replaced. */
export function statusValue(fields: readonly Field[]): { readonly word: string; readonly span: Span } | undefined {
  const [first] = partsOf(fields, 'status');
  if (first === undefined) return undefined;
  const { piece } = first;
  const bracket = piece.text.indexOf(' (');
  const phrase = part(piece, 0, bracket > 0 ? bracket : piece.text.length);
  const word = withoutEmphasis(phrase);
  return { word: word.text, span: { line: word.line, column: word.column, length: word.text.length } };
}

function withoutEmphasis(piece: Piece): Piece {
  const start = /^[`*_"']*/.exec(piece.text)?.[0].length ?? 0;
  let end = piece.text.length;
  while (end > start && '`*_"\''.includes(piece.text.charAt(end - 1))) end -= 1;
  return start < end ? part(piece, start, end) : piece;
}
