import { blankComments, closedBeforeBlank } from './comments.ts';
import { type Piece, part } from './piece.ts';
import type { Source, SourceLine } from './source.ts';

/**
 * What a line of markdown is, as far as tasks care. `hidden` lines (code, quotes, rules) hold nothing to read but still end what
 * stands above them; comments and front matter are as good as blank. Indents are in columns, a tab reaching to the next multiple of 4.
 */
export type Block =
  | { readonly kind: 'blank' }
  | { readonly kind: 'hidden'; readonly indent: number }
  | { readonly kind: 'text'; readonly indent: number; readonly content: Piece }
  | { readonly kind: 'heading'; readonly indent: number; readonly level: number; readonly content: Piece }
  | { readonly kind: 'item'; readonly indent: number; readonly bullet: boolean; readonly content: Piece };

export interface Unclosed {
  readonly what: 'code fence' | 'comment';
  readonly line: number;
}

export interface Blocks {
  /** One for each line of the source. */
  readonly blocks: readonly Block[];
  /** What was opened and hides the rest of the file. */
  readonly unclosed: Unclosed | undefined;
}

interface Fence {
  readonly what: 'code fence';
  readonly line: number;
  readonly mark: string;
  /** Where the text of the list item that holds the fence begins; a line left of it ends both. */
  readonly container: number;
  readonly indent: number;
}

interface Comment {
  readonly what: 'comment';
  readonly line: number;
  /** Began as the first thing on its line, so that the line it ends on belongs to it whole. */
  readonly wholeLines: boolean;
}

interface State {
  open: Fence | Comment | undefined;
  /** Where the text of each open list item begins, outermost first. */
  readonly items: number[];
  /** An indented line behind text goes on with that text; only elsewhere is it code. */
  inParagraph: boolean;
}

const blank: Block = { kind: 'blank' };

/**
 * Sorts the lines of a file by what they are, after CommonMark 0.31 where it matters for tasks: front matter, fences, indented code,
 * HTML comments, block quotes, headings of both kinds and list items. One pass, linear in the size of the file.
 */
export function readBlocks(source: Source): Blocks {
  const state: State = { open: undefined, items: [], inParagraph: false };
  const closesSoon = closedBeforeBlank(source.lines);
  const frontMatter = frontMatterLines(source.lines);
  const blocks: Block[] = [];
  for (const line of source.lines) {
    if (line.number <= frontMatter) {
      blocks.push(blank);
    } else if (state.items.length === 0 && isUnderline(line.text, blocks)) {
      underline(blocks, line);
      state.inParagraph = false;
    } else {
      blocks.push(readBlock(state, line, closesSoon[line.number] === true));
    }
  }
  return { blocks, unclosed: state.open };
}

/** How many lines the front matter takes, 0 for none. Without its closing line it is an ordinary rule. */
function frontMatterLines(lines: readonly SourceLine[]): number {
  if (lines[0]?.text.trimEnd() !== '---') return 0;
  return lines.findIndex((line, index) => index > 0 && /^(?:---|\.\.\.)\s*$/.test(line.text)) + 1;
}

function readBlock(state: State, line: SourceLine, closesSoon: boolean): Block {
  const { open } = state;
  if (open?.what === 'code fence') {
    const inside = insideFence(state, open, line);
    if (inside !== undefined) return inside;
  }
  const comment = state.open?.what === 'comment' ? state.open : undefined;
  const leading = indentOf(line.text);
  const isCode = comment === undefined && isIndentedCode(state, leading.columns);
  const visible = isCode
    ? { text: line.text, open: undefined }
    : blankComments(line.text, comment !== undefined, (at) => at === leading.chars || closesSoon);
  state.open =
    visible.open === undefined
      ? undefined
      : visible.open === 'before'
        ? comment
        : { what: 'comment', line: line.number, wholeLines: visible.open === leading.chars };
  if (comment?.wholeLines === true || visible.text.trim() === '') {
    state.inParagraph = false;
    return blank;
  }
  return readVisible(state, line, visible.text);
}

function insideFence(state: State, fence: Fence, line: SourceLine): Block | undefined {
  const { columns, chars } = indentOf(line.text);
  const body = line.text.slice(chars).trimEnd();
  if (body !== '' && columns < fence.container) {
    state.open = undefined;
    return undefined;
  }
  const closes = body.startsWith(fence.mark) && columns - fence.container <= 3 && isRunOf(body, fence.mark.charAt(0));
  if (closes) state.open = undefined;
  return { kind: 'hidden', indent: fence.indent };
}

function isIndentedCode(state: State, columns: number): boolean {
  const container = state.items.findLast((item) => item <= columns) ?? 0;
  return !state.inParagraph && columns - container >= 4;
}

function readVisible(state: State, line: SourceLine, text: string): Block {
  const { columns: indent, chars } = indentOf(text);
  const isCode = isIndentedCode(state, indent);
  while ((state.items.at(-1) ?? 0) > indent) state.items.pop();
  const relative = indent - (state.items.at(-1) ?? 0);
  const content = part({ text, line: line.number, column: 1 }, chars);
  state.inParagraph = false;
  if (isCode || content.text.startsWith('>') || isRule(content.text)) return { kind: 'hidden', indent };
  if (relative < 4 && opensFence(state, content, indent)) return { kind: 'hidden', indent };
  const heading = state.items.length === 0 && indent < 4 ? readHeading(content) : undefined;
  if (heading !== undefined) return { kind: 'heading', indent, ...heading };
  const item = readItem(content);
  if (item !== undefined) return openItem(state, item, indent);
  state.inParagraph = true;
  return { kind: 'text', indent, content };
}

function opensFence(state: State, content: Piece, indent: number): boolean {
  const mark = /^(?:`{3,}(?=[^`]*$)|~{3,})/.exec(content.text)?.[0];
  if (mark === undefined) return false;
  state.open = { what: 'code fence', line: content.line, mark, container: state.items.at(-1) ?? 0, indent };
  return true;
}

interface Item {
  readonly bullet: boolean;
  readonly content: Piece;
  /** Columns from the marker to the text. */
  readonly width: number;
}

function readItem(content: Piece): Item | undefined {
  const match = /^([-*+]|\d{1,9}[.)])([ \t]+|$)/.exec(content.text);
  if (match === null) return undefined;
  const marker = match[1] ?? '';
  const gap = indentOf(match[2] ?? '').columns;
  const rest = part(content, match[0].length);
  const narrow = gap === 0 || gap > 4 || rest.text === '';
  return { bullet: marker.length === 1, content: rest, width: marker.length + (narrow ? 1 : gap) };
}

function openItem(state: State, item: Item, indent: number): Block {
  state.items.push(indent + item.width);
  state.inParagraph = !opensFence(state, item.content, indent) && item.content.text !== '';
  return { kind: 'item', indent, bullet: item.bullet, content: item.content };
}

function readHeading(content: Piece): { readonly level: number; readonly content: Piece } | undefined {
  const marks = /^#{1,6}(?=[ \t]|$)/.exec(content.text)?.[0];
  if (marks === undefined) return undefined;
  const { text } = content;
  let end = text.length;
  while (end > marks.length && text[end - 1] === '#') end -= 1;
  const closed = end <= marks.length || /[ \t]/.test(text.charAt(end - 1));
  return { level: marks.length, content: part(content, marks.length, closed ? end : text.length) };
}

/** A line of `=` or `-` under text makes it a heading; of `-` only under a single line, where nobody means a rule. */
function isUnderline(text: string, before: readonly Block[]): boolean {
  const last = before.at(-1);
  if (last?.kind !== 'text' || last.indent > 3) return false;
  const single = before.at(-2)?.kind ?? 'blank';
  return /^ {0,3}=+\s*$/.test(text) || (/^ {0,3}-{2,}\s*$/.test(text) && (single === 'blank' || single === 'heading'));
}

function underline(blocks: Block[], line: SourceLine): void {
  const last = blocks.at(-1);
  if (last?.kind !== 'text') return;
  const level = line.text.includes('=') ? 1 : 2;
  blocks[blocks.length - 1] = { kind: 'heading', indent: last.indent, level, content: last.content };
  blocks.push(blank);
}

function isRule(text: string): boolean {
  const mark = text.charAt(0);
  if (mark !== '-' && mark !== '*' && mark !== '_') return false;
  const run = text.replaceAll(/[ \t]/g, '');
  return run.length >= 3 && isRunOf(run, mark);
}

function isRunOf(text: string, mark: string): boolean {
  for (const char of text) if (char !== mark) return false;
  return true;
}

function indentOf(text: string): { readonly columns: number; readonly chars: number } {
  let columns = 0;
  let chars = 0;
  for (; text[chars] === ' ' || text[chars] === '\t'; chars += 1) {
    columns = text[chars] === '\t' ? columns + 4 - (columns % 4) : columns + 1;
  }
  return { columns, chars };
}
