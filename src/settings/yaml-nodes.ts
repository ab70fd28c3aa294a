import { type Document, isAlias, isPair, isScalar, isSeq, type Node } from 'yaml';

/** The key of a pair as the plain value has it. */
export const keyOf = (pair: unknown): string | undefined =>
  isPair(pair) && isScalar(pair.key) ? String(pair.key.value) : undefined;

/** What an alias stands for; every other node itself. */
export const resolved = (document: Document, node: unknown): unknown => (isAlias(node) ? node.resolve(document) : node);

/** Where a node begins, counted in UTF-16 code units. */
export const offsetOfNode = (node: unknown): number => (node as Node | null)?.range?.[0] ?? 0;

/** What the value of a `<<` key merges in: one node, or those of a list. */
export function mergeSources(document: Document, value: unknown): unknown[] {
  const source = resolved(document, value);
  return isSeq(source) ? source.items.map((item) => resolved(document, item)) : [source];
}
