import { type Document, isMap, visit, type YAMLError } from 'yaml';
import { keyOf, mergeSources, offsetOfNode } from './yaml-nodes.ts';

/** Something wrong with the YAML itself, and where, counted in UTF-16 code units. */
interface Mistake {
  readonly message: string;
  readonly hint?: string;
  readonly offset: number;
}

/** One syntax mistake makes the parser stumble on all that follows it, so only the first is told; keys given twice are all told. */
export function syntaxMistakes(document: Document, source: string): Mistake[] {
  const all: YAMLError[] = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const first = all.find((error) => error.code !== 'DUPLICATE_KEY');
  return (first === undefined ? all : [first]).map((error) => ({ ...plainWords(error, source), offset: error.pos[0] }));
}

/** The library's words, where a person who does not know the YAML specification would not understand them, said again. */
function plainWords(error: YAMLError, source: string): { message: string; hint?: string } {
  const at = source.slice(error.pos[0], error.pos[0] + 40);
  switch (error.code) {
    case 'DUPLICATE_KEY': {
      const key = /^(?:"[^"\n]*"|'[^'\n]*'|[^:\n]*)/.exec(at)?.[0].trim() ?? '';
      return { message: `the key ${JSON.stringify(key.replace(/^(["'])(.*)\1$/, '$2'))} is given twice` };
    }
    case 'TAB_AS_INDENT':
      return { message: 'a tab stands where YAML allows only blanks', hint: 'indent with blanks' };
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        message: 'a second `key: value` on one line',
        hint: 'put the text in quotes, or the inner key on a line of its own',
      };
    case 'BAD_SCALAR_START':
      return {
        message: `text may not begin with ${JSON.stringify(at[0] ?? '')} unless it is in quotes`,
        hint: 'put it in quotes',
      };
    case 'BAD_DQ_ESCAPE':
      return {
        message: 'an unknown escape in a text in double quotes',
        hint: "write \\\\ for one backslash, or use '...'",
      };
    case 'MULTIPLE_DOCS':
      return { message: 'a second document begins here (---); the file may hold one' };
    case 'TAG_RESOLVE_FAILED':
      return {
        message: `${error.message.replace(/^Unresolved tag: /, 'the tag ')} means nothing here`,
        hint: 'put text that begins with "!" in quotes',
      };
    case 'RESOURCE_EXHAUSTION':
      return { message: 'the text is nested too deeply' };
    case 'NON_STRING_KEY':
      return { message: 'a key must be plain text' };
    case 'MISSING_CHAR':
    case 'BAD_INDENT':
    case 'UNEXPECTED_TOKEN':
      return {
        message: `not valid YAML: ${plainSyntax(error.message)}`,
        hint: 'look for a missing bracket, quote, colon or blank here or just above',
      };
    default:
      return { message: `not valid YAML: ${plainSyntax(error.message)}` };
  }
}

const plainSyntax = (message: string): string =>
  message
    .replace(
      /^Flow (?:sequence|map) in block collection must be sufficiently indented and end with an? (.)$/,
      'the closing $1 is missing',
    )
    .replace(/^Flow (?:sequence|map) must end with an? (.)$/, 'the closing $1 is missing')
    .replace(/^Missing closing (.)quote$/, 'the closing $1 is missing')
    .replace(/^Implicit map keys need to be followed by map values$/, 'a key is not followed by ": " and a value')
    .replace(/^Unexpected scalar at node end$/, 'text where the value had already ended')
    .replace(
      /^All mapping items must start at the same column$/,
      'the keys of one mapping must begin in the same column',
    );

/** Names that point to nothing, merges of what is no mapping, and the one key that JavaScript would not store as a key. */
export function referenceMistakes(document: Document): Mistake[] {
  const mistakes: Mistake[] = [];
  visit(document, {
    Alias(_key, alias, ancestors) {
      const target = alias.resolve(document);
      const offset = offsetOfNode(alias);
      if (target === undefined) {
        mistakes.push({
          message: `*${alias.source} refers to an anchor (&${alias.source}) that is not above it`,
          offset,
        });
      } else if (ancestors.includes(target)) {
        mistakes.push({ message: `*${alias.source} stands inside of what it refers to`, offset });
      }
    },
    Pair(_key, pair) {
      const offset = offsetOfNode(pair.key);
      if (keyOf(pair) === '__proto__') mistakes.push({ message: '"__proto__" cannot be used as a key', offset });
      if (keyOf(pair) === '<<' && !mergeSources(document, pair.value).every(isMap)) {
        mistakes.push({ message: '"<<" takes a mapping, or a list of mappings, from an anchor', offset });
      }
    },
  });
  return mistakes;
}
