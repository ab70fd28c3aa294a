import type { Block } from './blocks.ts';
import { readKey } from './fields.ts';
import { type Head, readCheckbox, readHeadingHead, readLineHead } from './heads.ts';
import type { Piece } from './piece.ts';

/** A task and the lines that it owns. */
export interface OutlinedTask {
  readonly form: 'heading' | 'line';
  readonly head: Head;
  /** Indices into the blocks: the first line, and the one behind the last. */
  readonly first: number;
  readonly end: number;
  readonly section: readonly string[];
}

export interface Outline {
  readonly tasks: readonly OutlinedTask[];
  /** Headings with a mark that are no tasks all the same, which their author should know. */
  readonly strays: readonly { readonly content: Piece; readonly level: number }[];
}

interface OpenTask {
  readonly form: 'heading' | 'line';
  readonly head: Head;
  readonly first: number;
  readonly level: number;
  readonly section: readonly string[];
}

/** Where the lines under `accept:` at column 0 stand: waiting for the first, or among them. */
type AcceptRun = 'none' | 'expected' | 'going';

class OutlineReader {
  readonly tasks: OutlinedTask[] = [];
  readonly strays: { content: Piece; level: number }[] = [];
  private readonly sections: { level: number; title: string }[] = [];
  private open: OpenTask | undefined;
  private acceptRun: AcceptRun = 'none';

  read(block: Block, index: number): void {
    if (block.kind === 'heading') this.heading(block, index);
    else if (block.kind === 'item' && block.indent === 0) this.item(block, index);
    else if (block.kind !== 'blank' && block.indent === 0 && this.open?.form === 'line') this.close(index);
    this.acceptRun = this.nextAcceptRun(block);
  }

  close(end: number): void {
    if (this.open === undefined) return;
    const { form, head, first, section } = this.open;
    this.tasks.push({ form, head, first, end, section });
    this.open = undefined;
  }

  private heading(block: Block & { kind: 'heading' }, index: number): void {
    const { level, content } = block;
    const head = level >= 2 ? readHeadingHead(content) : undefined;
    if (head === undefined && readCheckbox(content) !== undefined) this.strays.push({ content, level });
    const isInside = this.open?.form === 'heading' && level > this.open.level;
    if (head !== undefined || !isInside) this.close(index);
    while ((this.sections.at(-1)?.level ?? 0) >= level) this.sections.pop();
    if (head === undefined) this.sections.push({ level, title: content.text });
    else this.open = { form: 'heading', head, first: index, level, section: this.sections.map(({ title }) => title) };
  }

  private item(block: Block & { kind: 'item' }, index: number): void {
    const isAcceptance = this.open?.form === 'heading' && this.acceptRun !== 'none';
    const head = block.bullet && !isAcceptance ? readLineHead(block.content) : undefined;
    if (head !== undefined || this.open?.form === 'line') this.close(index);
    if (head === undefined) return;
    const section = this.sections.map(({ title }) => title);
    this.open = { form: 'line', head, first: index, level: 7, section };
  }

  private nextAcceptRun(block: Block): AcceptRun {
    if (this.open?.form !== 'heading' || block.kind === 'blank' || block.kind === 'heading') return 'none';
    if (block.indent > 0) return this.acceptRun === 'going' ? 'going' : 'none';
    if (block.kind === 'hidden') return 'none';
    if (this.acceptRun !== 'none' && block.kind === 'item' && readCheckbox(block.content) !== undefined) return 'going';
    const key = readKey(block.content);
    return key?.name === 'accept' && key.value.text === '' ? 'expected' : 'none';
  }
}

/**
 * Finds the tasks among the lines of a file. A heading task owns all up to the next heading of its level or higher, or the next task;
 * a line task owns what is indented under it. A line at column 0 directly under a heading task's `accept:` belongs to that `accept:`.
 */
export function readOutline(blocks: readonly Block[]): Outline {
  const reader = new OutlineReader();
  for (const [index, block] of blocks.entries()) reader.read(block, index);
  reader.close(blocks.length);
  return reader;
}
