import type { Driver, Setting } from './git.ts';

/** What was approved of each driver, by `filter.<name>` or `merge.<name>`. */
export type Pins = Readonly<Record<string, readonly Setting[]>>;

/** The one driver that needs no approval: Git LFS exactly as `git lfs install` writes it. */
const standardLfs: ReadonlyMap<string, readonly string[]> = new Map([
  ['filter.lfs.clean', ['git-lfs clean -- %f']],
  ['filter.lfs.smudge', ['git-lfs smudge -- %f', 'git-lfs smudge --skip -- %f']],
  ['filter.lfs.process', ['git-lfs filter-process', 'git-lfs filter-process --skip']],
  ['filter.lfs.required', ['true']],
]);

/** The variables that hold the program of a driver: one without any of them runs nothing. */
const programs = { filter: ['clean', 'smudge', 'process'], merge: ['driver'] } as const;

/**
 * The filters and merge drivers that settings define, each with where it stands: `approved` are the names that the user's own
 * config lists, unless they mean something else than what was approved first.
 */
export function driversIn(settings: readonly Setting[], approved: readonly string[], pins: Pins): readonly Driver[] {
  const found = new Map<string, Setting[]>();
  for (const setting of settings) {
    const id = /^((?:filter|merge)\..+)\.[^.]+$/s.exec(setting[0])?.[1];
    if (id !== undefined) found.set(id, [...(found.get(id) ?? []), setting]);
  }
  return [...found].flatMap(([id, own]): readonly Driver[] => {
    const kind = id.startsWith('filter.') ? 'filter' : 'merge';
    const runs = programs[kind].some((variable) => own.some(([key, value]) => key === `${id}.${variable}` && value));
    if (!runs) return [];
    const driver = { kind, name: id.slice(kind.length + 1), settings: own } as const;
    const before = pins[id];
    if (isStandard(own)) return [{ ...driver, standing: 'standard' }];
    if (!approved.includes(driver.name)) return [{ ...driver, standing: 'unknown' }];
    if (before === undefined || isSame(before, own)) return [{ ...driver, standing: 'approved' }];
    return [{ ...driver, standing: 'changed', before }];
  });
}

const isStandard = (settings: readonly Setting[]): boolean =>
  settings.every(([key, value]) => standardLfs.get(key)?.includes(value) === true);

const isSame = (a: readonly Setting[], b: readonly Setting[]): boolean => JSON.stringify(a) === JSON.stringify(b);

export const isUsable = ({ standing }: Driver): boolean => standing === 'standard' || standing === 'approved';

/** The key of a driver in settings, and in the list of what was approved: `filter.<name>` or `merge.<name>`. */
export const driverId = ({ kind, name }: Driver): string => `${kind}.${name}`;

/** How gitattributes(5) names a driver: `filter=<name>`, `merge=<name>`. */
export const attributeOf = ({ kind, name }: Driver): string => `${kind}=${name}`;

/** The attributes in a text of gitattributes(5) that name filters and merge drivers, whatever the paths and macros around them. */
export function attributesNamedIn(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/(?<=\s)(?:filter|merge)=\S+/g)].map(([attribute]) => attribute));
}

/** Of a text of gitattributes(5), the lines that give paths one of the drivers, or take one away, and of these only that. */
export function onlyAttributesOf(drivers: readonly Driver[], text: string): string {
  const kept = new Set([...drivers.map(attributeOf), '-filter', '!filter', '-merge', '!merge']);
  const lines = text.split('\n').flatMap((line) => {
    const [, pattern, rest = ''] = /^[ \t]*(?!#|\[attr\])("(?:[^"\\]|\\.)*"|\S+)[ \t]+(.*)$/.exec(line) ?? [];
    const attributes = rest.split(/\s+/).filter((attribute) => kept.has(attribute));
    return pattern === undefined || attributes.length === 0 ? [] : [`${[pattern, ...attributes].join(' ')}\n`];
  });
  return drivers.length === 0 ? '' : lines.join('');
}
