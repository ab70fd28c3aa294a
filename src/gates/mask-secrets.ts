import { type Hit, loadSecretRules, type SecretRules } from './secret-rules.ts';

let rules: Promise<SecretRules> | undefined;

/** Where a text holds what looks like a secret. Fails when a rule breaks on it. */
async function hitsIn(text: string): Promise<readonly Hit[]> {
  rules ??= loadSecretRules();
  return await (await rules)(text, 'text.txt');
}

/** A text with whatever looks like a secret replaced by a mark that names its kind. What a rule breaks on is not shown at all. */
export async function maskSecrets(text: string): Promise<string> {
  try {
    const hits = [...(await hitsIn(text))].sort((a, b) => b.start - a.start);
    return hits.reduce(
      (masked, { start, end, rule }) => `${masked.slice(0, start)}[${rule}]${masked.slice(end)}`,
      text,
    );
  } catch {
    return '[not shown: it could not be searched for secrets]';
  }
}

/** The stretches of bytes, as offsets from and up to, that look like a secret. Secrets of all kinds that are known are plain ASCII. */
export async function secretSpans(
  bytes: Uint8Array,
): Promise<readonly { readonly start: number; readonly end: number }[]> {
  // One character for each byte, so that an index into the text is an offset into the bytes.
  const text = Buffer.from(bytes).toString('latin1');
  try {
    return await hitsIn(text);
  } catch {
    return [];
  }
}
