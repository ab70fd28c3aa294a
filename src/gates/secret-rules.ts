import type { rules as presetRules } from '@secretlint/secretlint-rule-preset-recommend';
import type { Finding } from './verdict.ts';

/** A place in a text that a rule takes for a secret. The value itself is `text.slice(start, end)` and is written down nowhere. */
export interface Hit extends Pick<Finding, 'rule' | 'severity'> {
  /** What it looks like, in words that hold nothing of the value. */
  readonly what: string;
  readonly start: number;
  readonly end: number;
}

/** Finds what looks like a secret in one file. `path` is only compared, never opened. */
export type SecretRules = (text: string, path: string) => Promise<readonly Hit[]>;

type PresetRule = (typeof presetRules)[number];
type RuleContext = Parameters<PresetRule['create']>[0];
type RuleSource = Parameters<NonNullable<ReturnType<PresetRule['create']>['file']>>[0];

interface OwnPattern extends Pick<Hit, 'rule' | 'severity' | 'what'> {
  readonly pattern: RegExp;
}

/**
 * Well-known tokens that the preset does not know. Each begins at a fixed word behind a boundary and has a bounded length, so that a hostile
 * text costs no more than its length. A token of this kind carries its kind in its first letters, which keeps false alarms rare.
 */
const ownPatterns: readonly OwnPattern[] = [
  {
    rule: 'secret/google-api-key',
    severity: 'error',
    what: 'a Google API key',
    pattern: /(?<![\w-])AIza[\w-]{35}(?![\w-])/g,
  },
  {
    // Many are expired samples or public by design, so that one alone stops nothing.
    rule: 'secret/jwt',
    severity: 'warning',
    what: 'a JSON web token',
    pattern: /(?<![\w.-])eyJ[\w-]{10,2000}\.eyJ[\w-]{10,4000}\.[\w-]{20,1000}/g,
  },
];

/**
 * Loads the recommended rules of secretlint and adds our own. They are imported here and not above, because most commands never need them.
 *
 * The rules are called through their own interface and not through `@secretlint/core`. The core obeys `secretlint-disable` comments, which an
 * agent could write beside a secret; it builds messages that hold the value; and it leaves some sixty performance marks behind for each
 * file, which a coordinator that runs for days would never get rid of.
 */
export async function loadSecretRules(): Promise<SecretRules> {
  const { rules } = await import('@secretlint/secretlint-rule-preset-recommend');
  const scanners = rules.filter((rule) => !rule.meta.id.endsWith('/secretlint-rule-filter-comments'));
  return async (text, path) => {
    const hits = ownPatterns.flatMap((own) => ownHits(own, text));
    for (const rule of scanners) hits.push(...(await presetHits(rule, text, path)));
    return hits;
  };
}

function ownHits({ pattern, rule, severity, what }: OwnPattern, text: string): Hit[] {
  return [...text.matchAll(pattern)].map((match) => ({
    rule,
    severity,
    what,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

async function presetHits(rule: PresetRule, text: string, path: string): Promise<readonly Hit[]> {
  const name = rule.meta.id.replace('@secretlint/secretlint-rule-', '');
  const hits: Hit[] = [];
  const context: RuleContext = {
    sharedOptions: {},
    // A rule offers the value for its message here; only the name of the message is taken.
    createTranslator: () => (id) => ({ message: String(id), messageId: String(id), data: undefined }),
    report: ({ message, range }) => {
      const what = `a secret of the kind ${name} (${message.messageId})`;
      hits.push({ rule: `secret/${name}`, severity: 'error', what, start: range[0], end: range[1] });
    },
    ignore: () => {},
  };
  try {
    await rule.create(context, {}).file?.(sourceOf(text, path));
  } catch {
    // The thrown message may quote the text, so it goes no further.
    throw new Error(`the rule ${name} broke on ${path}`);
  }
  return hits;
}

function sourceOf(text: string, path: string): RuleSource {
  const extension = /\.[^./]+$/.exec(path)?.[0].toLowerCase() ?? '';
  return {
    hasBOM: false,
    content: text,
    filePath: path,
    physicalFilePath: undefined,
    contentType: 'text',
    // For `.p12` the rule about Google Cloud opens the path on this machine, where it means some other file or none.
    ext: extension === '.p12' ? '' : extension,
    getFilePath: () => path,
    getPhysicalFilePath: () => undefined,
    ...positionsNobodyAsksFor,
  };
}

const unasked = (): never => {
  throw new Error('no rule converts positions');
};
const positionsNobodyAsksFor = {
  locationToRange: unasked,
  rangeToLocation: unasked,
  positionToIndex: unasked,
  indexToPosition: unasked,
};
