import { posix } from 'node:path';
import * as z from 'zod';
import { parseDuration } from '../std/index.ts';

/*
 * The kinds of values that keys of the config hold. The error text of each is a phrase that continues "expected ...";
 * problems.ts adds the key before it and what was found behind it.
 */

/** The phrase by which problems.ts knows that a number without a unit was meant as a duration. */
export const durationPhrase = 'a duration such as 30s, 5m or 2h';

/** Timers of Node fire at once when they are asked to wait longer than this. */
const longestMs = 2 ** 31 - 1;

/** A name that may stand in a path and a git ref. It begins with a letter, so mappings of names keep the order of the file. */
export const namePattern = /^[A-Za-z](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9_-])?$/;
export const namePhrase = 'a name: a letter, then letters, digits, ".", "_" or "-", at most 64 of them';

/** A program of the operating system receives text ended by NUL, so a NUL within cannot be handed over. */
export const text = (phrase = 'text') =>
  z
    .string({ error: phrase })
    .min(1, { error: phrase })
    .refine((value) => !value.includes('\0'), { error: `${phrase} without NUL characters` });

export const texts = (phrase: string) => z.array(text(), { error: phrase });

export const flag = () => z.boolean({ error: 'true or false' });

export const oneOf = <const Words extends readonly [string, ...string[]]>(words: Words) =>
  z.enum(words, { error: `one of ${words.slice(0, -1).join(', ')} or ${words.at(-1)}` });

export const wholeNumber = (min: number, max: number, error = `a whole number from ${min} to ${max}`) => {
  return z.number({ error }).int({ error }).min(min, { error }).max(max, { error });
};

/** A positive time with a unit; its parsed value is milliseconds. */
export const duration = () =>
  z
    .string({ error: durationPhrase })
    .meta({ pattern: '^\\s*\\d+(\\.\\d+)?\\s*(ms|s|m|h|d)\\s*$', examples: ['30s', '5m', '2h'] })
    .transform((value, context) => {
      const parsed = parseDuration(value);
      if (parsed.ok && parsed.value > 0 && parsed.value <= longestMs) return parsed.value;
      const message = parsed.ok ? 'a duration longer than 0 and at most 24d' : durationPhrase;
      context.issues.push({ code: 'custom', message, input: value });
      return z.NEVER;
    });

/** A path inside the repository, relative to its root; parsed to its shortest form with `/`. */
export const insidePath = () =>
  text('a path inside the repository')
    .refine(staysInside, { error: 'a path inside the repository, relative to its root' })
    .transform((value) => posix.normalize(value).replace(/\/$/, ''));

function staysInside(path: string): boolean {
  if (posix.isAbsolute(path) || /^(?:~|[A-Za-z]:|\\)/.test(path)) return false;
  const [first] = posix.normalize(path.replaceAll('\\', '/')).split('/');
  return first !== '..' && first !== '.' && first !== '' && first?.toLowerCase() !== '.git';
}

/** A branch name by the rules of `git check-ref-format --branch` that a person may break by accident. */
export const branchName = () =>
  text('the name of a branch').refine(
    (name) => !/^[-/]|[\s~^:?*[\\]|\.\.|@\{|\/\/|\/\.|^\.|[./]$|\.lock(?:\/|$)|\p{Cc}/u.test(name) && name !== '@',
    { error: 'the name of a branch that git accepts' },
  );

export const command = () =>
  z.union(
    [text('a command'), z.array(text('a word of the command')).min(1, { error: 'a command with at least one word' })],
    {
      error: 'a command: text for the shell, or a list of words',
    },
  );

/**
 * Several commands. A flat list such as `[npm, test]` would run `npm` and then `test`, which nobody means, so a list of single
 * words, or one with an option where a command should begin, is refused.
 */
export const commands = () =>
  z.array(command(), { error: 'a list of commands' }).superRefine((list, context) => {
    const flat = list.length > 1 && list.every((item) => typeof item === 'string' && !/\s/.test(item.trim()));
    const option = list.some((item) => typeof item === 'string' && item.startsWith('-'));
    if (!flat && !option) return;
    const words = list.flat().map(flowWord);
    context.addIssue({
      code: 'custom',
      message: 'expected a list of commands, found a flat list of words',
      params: {
        sentence: true,
        hint: flat
          ? `for one command write [[${words.join(', ')}]], for several [${words.map((word) => `[${word}]`).join(', ')}]`
          : `for one command write [[${words.join(', ')}]]`,
      },
    });
  });

/** A word as it may stand in a YAML flow list: plain where that is plainly safe, in double quotes otherwise. */
export function flowWord(word: string): string {
  const plain = /^[A-Za-z][A-Za-z0-9_./-]*$/.test(word) && !/^(?:true|false|null)$/i.test(word);
  return plain ? word : JSON.stringify(word);
}
