import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

/** A page for users, with its path from the root. */
export interface Page {
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** The line of its first line in the page. */
  readonly line: number;
  /** The text of the heading of level 2 above it. */
  readonly section: string;
  /** The block that stands directly under it, if one does. */
  readonly next: { readonly language: string; readonly text: string } | undefined;
}

/** README.md and everything in docs/. */
export const pages: readonly Page[] = [
  'README.md',
  ...readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
].map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));

/** The page of docs/ with that name. */
export function page(name: string): Page {
  const found = pages.find(({ path }) => basename(path) === name);
  if (found === undefined) throw new Error(`There is no ${name}`);
  return found;
}

/** The fenced blocks of a page, in order. */
export function blocksOf({ path, text }: Page): readonly Block[] {
  const found = [...text.matchAll(/^```([a-z]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const before = text.slice(0, match.index);
    const headings = [...withoutBlocks(before).matchAll(/^## (.+)$/gm)];
    return {
      page: path,
      language: match[1] ?? '',
      text: match[2] ?? '',
      line: before.split('\n').length + 1,
      section: headings.at(-1)?.[1] ?? '',
      start: match.index,
      end: match.index + match[0].length,
    };
  });
  return found.map(({ start: _, end, ...block }, at) => {
    const after = found[at + 1];
    const isNext = after !== undefined && text.slice(end, after.start).trim() === '';
    return { ...block, next: isNext ? { language: after.language, text: after.text } : undefined };
  });
}

/** The page with its blocks blanked out, line for line: a `#` in a block is no heading. */
const withoutBlocks = (text: string): string =>
  text.replace(/^```[\s\S]*?^```$/gm, (block) => block.replace(/[^\n]/g, ' '));

/** The text below a heading of level 2, up to the next one. */
export function sectionOf({ text }: Page, heading: string): string | undefined {
  const starts = [...withoutBlocks(text).matchAll(/^## /gm)].map(({ index }) => index);
  const parts = starts.map((start, at) => text.slice(start + 3, starts[at + 1]));
  const found = parts.find((part) => part.slice(0, part.indexOf('\n')) === heading);
  return found?.slice(found.indexOf('\n') + 1);
}

/** The anchors of a page as GitHub makes them from its headings: small letters, no punctuation, blanks as hyphens. */
export function anchorsOf({ text }: Page): ReadonlySet<string> {
  const headings = [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map((match) => match[1] ?? '');
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}_\- ]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** The relative links of a page: the path from the root, and the anchor. */
export function linksOf({ path, text }: Page): readonly { readonly to: string; readonly anchor: string | undefined }[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { to: file === '' ? path : join(dirname(path), file), anchor };
    });
}

/** Command lines of wt-orch in a page: in code spans, and at the start of a line of a block or behind its prompt. */
export function commandLinesOf(from: Page): readonly string[] {
  const spans = [...from.text.matchAll(/`(wt-orch [^`\n]+)`/g)].map((match) => match[1] ?? '');
  const lines = blocksOf(from).flatMap(({ language, text }) =>
    ['sh', 'console', 'text', ''].includes(language)
      ? text.split('\n').flatMap((line) => /^(?:\$ )?(wt-orch .+)$/.exec(line)?.[1] ?? [])
      : [],
  );
  return [...spans, ...lines].map((line) => line.replace(/\s+#.*$/, ''));
}
