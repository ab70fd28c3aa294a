import { looksLikeId } from './ids.ts';
import { type Piece, part, positionOf, splitOutside, withoutBackticks } from './piece.ts';
import type { Dependency } from './task.ts';

const fillers: ReadonlySet<string> = new Set(['and', '&', '+']);

/** Reads `DB-3 (needs the accounts table), DEV-2`: ids between commas, each with a reason in brackets if there is one. */
export function readDependencies(piece: Piece): readonly Dependency[] {
  const { text } = piece;
  return splitOutside(text, (at) => (text[at] === ',' || text[at] === ';' ? 1 : 0), '()')
    .map(({ start, end }) => part(piece, start, end))
    .filter((entry) => entry.text !== '')
    .flatMap(readEntry);
}

/** `DB-3 and DEV-2` names two tasks, `DB-3 needs the table` one: a word behind an id is an id only if it looks like one. */
function readEntry(entry: Piece): readonly Dependency[] {
  const found: Dependency[] = [];
  let rest = entry;
  while (rest.text !== '') {
    const length = /^(?:\[[^\]]+\](?:\([^)]*\))?|[^\s(]+|\()/.exec(rest.text)?.[0].length ?? rest.text.length;
    const word = part(rest, 0, length);
    const id = idOf(word);
    if (found.length > 0 && !looksLikeId(id.text) && !fillers.has(word.text.toLowerCase())) break;
    if (found.length === 0 || !fillers.has(word.text.toLowerCase())) found.push({ id: id.text, at: positionOf(id) });
    rest = part(rest, length);
  }
  const last = found.at(-1);
  const reason = /^\((.*)\)$/s.exec(rest.text)?.[1]?.trim() ?? rest.text;
  return last === undefined || reason === '' ? found : [...found.slice(0, -1), { ...last, reason }];
}

/** The id in `` `DB-3` ``, `[DB-3](#db-3)`, `#DB-3` or `DB-3:`. */
function idOf(word: Piece): Piece {
  const linked = /^\[([^\]]+)\]/.exec(word.text)?.[1];
  const bare = linked === undefined ? withoutBackticks(word) : part(word, 1, 1 + linked.length);
  const end = bare.text.replace(/[:.]{1,3}$/, '').length;
  return part(bare, /^#./.test(bare.text) ? 1 : 0, end);
}
