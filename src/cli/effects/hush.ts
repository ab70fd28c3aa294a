import type { runAgent } from '../../agents/index.ts';
import { maskSecrets, secretSpans } from '../../gates/index.ts';
import { overwrite, readHostile } from '../../system/index.ts';

export type TellAgent = Parameters<typeof runAgent>[2];

/** A larger log is left as it is; its agent has said more than anybody will read. */
const mostBytes = 16 * 1024 * 1024;

/** Values shorter than this are words, and stand everywhere. */
const shortestSecret = 8;

/**
 * Keeps secrets out of what an agent says of itself before it is recorded: what looks like one, and the values of the variables
 * that its profile lets pass.
 */
export function hushed(tell: TellAgent, passed: readonly (readonly [name: string, value: string])[]): TellAgent {
  const masked = async (text: string): Promise<string> => {
    const known = passed.filter(([, value]) => value.length >= shortestSecret);
    return await maskSecrets(known.reduce((said, [name, value]) => said.replaceAll(value, `[${name}]`), text));
  };
  return async (event) => {
    if (event.type !== 'statusReported') return await tell(event);
    const { message, question } = event.claim;
    const said = {
      ...(message === undefined ? {} : { message: await masked(message) }),
      ...(question === undefined ? {} : { question: await masked(question) }),
    };
    return await tell({ ...event, claim: { ...event.claim, ...said } });
  };
}

/** Blots secrets out of the log of an agent that has ended, in place and letter by letter, so that the log that is kept holds none. */
export async function hushLog(log: string, passed: readonly (readonly [name: string, value: string])[]): Promise<void> {
  const read = await readHostile(log, mostBytes);
  if (!read.ok) return;
  const bytes = Buffer.from(read.value);
  const values = passed.flatMap(([, value]) =>
    value.length < shortestSecret ? [] : placesOf(bytes, Buffer.from(value)),
  );
  const spans = [...(await secretSpans(bytes)), ...values];
  if (spans.length === 0) return;
  await overwrite(
    log,
    spans.map(({ start, end }) => ({ offset: start, bytes: Buffer.alloc(end - start, '*') })),
  );
}

function placesOf(bytes: Buffer, value: Buffer): { readonly start: number; readonly end: number }[] {
  const places: { readonly start: number; readonly end: number }[] = [];
  for (let at = bytes.indexOf(value); at !== -1; at = bytes.indexOf(value, at + value.length)) {
    places.push({ start: at, end: at + value.length });
  }
  return places;
}
