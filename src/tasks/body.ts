import type { Block } from './blocks.ts';
import { type Field, type FieldName, isNone, readInlineFields, readKey, type ValuePart } from './fields.ts';
import { readCheckbox, titleOf } from './heads.ts';
import type { OutlinedTask } from './outline.ts';
import type { Piece } from './piece.ts';
import { statusOfMark } from './status.ts';
import type { AcceptanceItem } from './task.ts';

/** What a task says about itself, not yet interpreted. */
export interface Body {
  readonly title: Piece;
  readonly fields: readonly Field[];
  readonly accept: readonly AcceptanceItem[];
  /** Keys in the field list that nobody knows. */
  readonly strangers: readonly Piece[];
}

interface GrowingField {
  readonly name: FieldName;
  readonly parts: ValuePart[];
}

/** `before` the field list, `inside` it, or `behind` it, where text is only text. */
type Place = 'before' | 'inside' | 'behind';

class BodyReader {
  readonly fields: GrowingField[] = [];
  readonly accept: { text: string; done: boolean }[] = [];
  readonly strangers: Piece[] = [];
  private place: Place = 'before';
  private listIndent = 0;
  private field: GrowingField | undefined;
  /** Whether the next line may go on with the text of the last one, and which text that is. */
  private goesOn: 'field' | 'accept' | undefined;

  constructor(inline: readonly Field[]) {
    for (const { name, parts } of inline) {
      if (name === 'accept') this.acceptParts(parts);
      else this.fields.push({ name, parts: [...parts] });
    }
  }

  read(block: Block): void {
    if (block.kind === 'item') this.item(block);
    else if (block.kind === 'text') this.text(block);
    else this.goesOn = undefined;
    const endsList = (block.kind === 'hidden' || block.kind === 'heading') && block.indent <= this.listIndent;
    if (block.kind === 'heading' || (this.place === 'inside' && endsList)) this.leaveList();
  }

  private item(block: Block & { kind: 'item' }): void {
    this.goesOn = undefined;
    if (this.place === 'before' && block.bullet) {
      this.place = 'inside';
      this.listIndent = block.indent;
    }
    const isTop = this.place === 'inside' && block.indent < this.listIndent + 2;
    const checkbox = readCheckbox(block.content);
    if (checkbox !== undefined) {
      this.accept.push({ text: checkbox.rest.text, done: statusOfMark(checkbox.mark) === 'done' });
      this.goesOn = 'accept';
    } else if (isTop) {
      this.topItem(block.content);
    } else if (this.place === 'inside' && this.field !== undefined) {
      this.addPart({ piece: block.content, from: 'item' });
    }
  }

  private topItem(content: Piece): void {
    const key = readKey(content);
    this.field = key?.name === undefined ? undefined : { name: key.name, parts: [] };
    if (key !== undefined && key.name === undefined) this.strangers.push({ ...content, text: key.key });
    if (this.field === undefined || key === undefined) return;
    if (this.field.name !== 'accept') this.fields.push(this.field);
    this.addPart({ piece: key.value, from: 'key' });
  }

  private text(block: Block & { kind: 'text' }): void {
    if (block.indent > this.listIndent && this.goesOn === 'field') {
      this.addPart({ piece: block.content, from: 'continuation' });
    } else if (block.indent > 0 && this.goesOn === 'accept') {
      const last = this.accept.at(-1);
      if (last !== undefined) last.text += last.text === '' ? block.content.text : ` ${block.content.text}`;
    } else if (block.indent <= this.listIndent && this.place === 'inside') {
      this.leaveList();
    }
  }

  private addPart(part: ValuePart): void {
    if (this.field?.name === 'accept') this.acceptParts([part]);
    else this.field?.parts.push(part);
    this.goesOn = this.field?.name === 'accept' ? 'accept' : 'field';
  }

  private acceptParts(parts: readonly ValuePart[]): void {
    for (const { piece } of parts) if (!isNone(piece.text)) this.accept.push({ text: piece.text, done: false });
  }

  private leaveList(): void {
    this.place = 'behind';
    this.field = undefined;
    this.goesOn = undefined;
  }
}

/**
 * Reads the fields and acceptance items of a task. Fields stand in the first list under its heading, or on its line and in the first
 * list under that; every checkbox that the task owns is an acceptance item, wherever it stands.
 */
export function readBody(blocks: readonly Block[], task: OutlinedTask): Body {
  const { rest } = task.head;
  const inline = task.form === 'line' ? readInlineFields(rest) : { title: rest, fields: [] };
  const reader = new BodyReader(inline.fields);
  for (let index = task.first + 1; index < task.end; index += 1) {
    const block = blocks[index];
    if (block !== undefined) reader.read(block);
  }
  return { title: titleOf(inline.title), fields: reader.fields, accept: reader.accept, strangers: reader.strangers };
}
