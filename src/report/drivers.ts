import { plainText } from './plain-text.ts';
import type { Sentence } from './reason.ts';
import { listed } from './words.ts';

/** A filter or merge driver of the user's git configuration that may not run; the `git` room says which. */
export interface RefusedDriver {
  readonly kind: 'filter' | 'merge';
  readonly name: string;
  readonly settings: readonly (readonly [key: string, value: string])[];
  readonly before?: readonly (readonly [key: string, value: string])[];
}

/** A setting that is not what it was; the `git` room finds them. */
export interface ChangedSetting {
  readonly key: string;
  readonly before?: string;
  readonly now?: string;
}

/** Why nothing starts while attributes name drivers that nobody approved, and how to approve them. `file` is the list of what was approved. */
export function driversSentence(drivers: readonly RefusedDriver[], file: string): Sentence {
  const lines = drivers.flatMap((driver) => {
    const { kind, name, settings, before } = driver;
    const what = `the ${kind === 'filter' ? 'filter' : 'merge driver'} ${plainText(name, 80)}`;
    if (before === undefined) return [`  ${what}:`, ...settings.map(settingLine)];
    return [
      `  ${what} is not what was approved:`,
      ...settings.map(settingLine),
      '  before:',
      ...before.map(settingLine),
    ];
  });
  const names = [...new Set(drivers.filter(({ before }) => before === undefined).map(({ name }) => name))];
  const approve = `If they are yours: git: { drivers: [${names.map((name) => plainText(name, 80)).join(', ')}] } in .wt-orch/config.yaml, beside those that are there.`;
  const again = `If you changed them: remove ${plainText(file, 1_000)}, and what is there now counts.`;
  const hints = [...(names.length > 0 ? [approve] : []), ...(drivers.some(({ before }) => before) ? [again] : [])];
  const message = [
    'Files of this repository belong to programs of your git configuration that nobody has approved:',
    ...lines,
  ];
  return { message: message.join('\n'), hint: hints.join('\n') };
}

const settingLine = ([key, value]: readonly [string, string]): string =>
  `    ${plainText(key, 200)} = ${plainText(value, 300)}`;

/** What to say of settings that changed while a run was going on. Their values stay out of it: addresses and helpers can hold passwords. */
export function configChangeText(changes: readonly ChangedSetting[]): string {
  const words = changes.map(({ key, before, now }) => {
    const shown = key.replace(/\/\/[^/]*@/, '//');
    return `${shown} is ${now === undefined ? 'gone' : before === undefined ? 'new' : 'another'}`;
  });
  return `the git configuration has changed: ${listed(words, 10)}. It had no effect here; look at it before you use git in this repository.`;
}
