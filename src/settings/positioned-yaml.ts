import { type Document, isMap, isScalar, isSeq, LineCounter, type Pair, parseDocument, visit } from 'yaml';
import { err, ok, type Result } from '../std/index.ts';
import type { ConfigProblem } from './settings.ts';
import { referenceMistakes, syntaxMistakes } from './yaml-mistakes.ts';
import { keyOf, mergeSources, offsetOfNode, resolved } from './yaml-nodes.ts';

export type KeyPath = readonly PropertyKey[];

/** A YAML text as a plain value that still knows where each part of it stands. */
export interface PositionedYaml {
  readonly file: string;
  readonly value: unknown;
  /** Line and column of the key or value at `path`, or of the nearest part above it that is there. */
  readonly placeOf: (path: KeyPath, part: 'key' | 'value') => Place;
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** How often one YAML text may say "the same as above" before it counts as an attempt to fill the memory. */
const maxAliases = 100;

/** Parses one YAML document. Fails with the first mistake in the syntax, or with all keys that may not stand where they do. */
export function readYaml(text: string, file: string): Result<PositionedYaml, readonly ConfigProblem[]> {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const lines = new LineCounter();
  const document = parseDocument(source, {
    lineCounter: lines,
    prettyErrors: false,
    merge: true,
    stringKeys: true,
    logLevel: 'error',
  });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const mistakes = syntaxMistakes(document, source);
  const found = mistakes.length > 0 ? mistakes : referenceMistakes(document);
  if (found.length > 0) return err(found.map(({ offset, ...said }) => ({ ...said, file, ...place(offset) })));
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    // What else could throw here was looked for above: this is the library's refusal of too many aliases.
    if (!(error instanceof ReferenceError)) throw error;
    return err([
      { message: `aliases (*name) multiply to more than ${maxAliases} parts`, file, ...place(lastAlias(document)) },
    ]);
  }
  return ok({ file, value, placeOf: (path, part) => place(offsetOf(document, path, part)) });
}

function lastAlias(document: Document): number {
  let offset = 0;
  visit(document, {
    Alias(_key, alias) {
      offset = alias.range?.[0] ?? offset;
    },
  });
  return offset;
}

/** Walks the nodes as the plain value was built from them: through aliases and merges. */
function offsetOf(document: Document, path: KeyPath, part: 'key' | 'value'): number {
  let node: unknown = document.contents;
  let offset = offsetOfNode(node);
  for (const [index, segment] of path.entries()) {
    const last = index === path.length - 1;
    node = resolved(document, node);
    if (isSeq(node)) {
      node = node.items[Number(segment)];
      if (node === undefined) return offset;
      offset = offsetOfNode(node);
      continue;
    }
    const pair = pairIn(document, node, String(segment));
    if (pair === undefined) return offset;
    node = pair.value;
    const empty = isScalar(node) && node.value === null && (node.source ?? '') === '';
    offset = (last && part === 'key') || empty || node === null ? offsetOfNode(pair.key) : offsetOfNode(node);
  }
  return offset;
}

function pairIn(document: Document, node: unknown, key: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  const own = node.items.find((pair) => keyOf(pair) === key);
  if (own !== undefined) return own;
  for (const merge of node.items.filter((pair) => keyOf(pair) === '<<')) {
    for (const source of mergeSources(document, merge.value)) {
      const pair = pairIn(document, source, key);
      if (pair !== undefined) return pair;
    }
  }
  return undefined;
}
