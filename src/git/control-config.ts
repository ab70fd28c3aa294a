import { join } from 'node:path';
import { isUsable } from './drivers.ts';
import type { Driver, Identity, Repository, Setting } from './git.ts';

/** The whole text of control.git's config: what the repository is, who commits, how files look, and the drivers that may run. */
export function controlConfig(
  repository: Repository,
  identity: Identity,
  carried: readonly Setting[],
  drivers: readonly Driver[],
): string {
  const sha256 = repository.objectFormat === 'sha256';
  const usable = drivers.filter(isUsable);
  const lines: Setting[] = [
    ['core.repositoryformatversion', sha256 ? '1' : '0'],
    ...(sha256 ? [['extensions.objectformat', 'sha256'] as const] : []),
    ['core.bare', 'true'],
    ['core.hookspath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.logallrefupdates', 'false'],
    ['gc.auto', '0'],
    ['maintenance.auto', 'false'],
    ['user.name', identity.name],
    ['user.email', identity.email],
    ...carried,
    ...usable.flatMap((driver) => settingsOf(repository, driver)),
  ];
  if (usable.some(({ kind, name }) => kind === 'filter' && name === 'lfs')) {
    lines.push(['lfs.storage', join(repository.commonDir, 'lfs')]);
  }
  return lines.map(([key, value]) => configLine(key, value)).join('');
}

/**
 * git-crypt asks git for its folder and looks for its keys in there; they are in the user's. Filters go through the shell, so
 * the folder can be said in front of them.
 */
function settingsOf(repository: Repository, { kind, name, settings }: Driver): readonly Setting[] {
  if (kind !== 'filter' || !/^git-crypt(-|$)/.test(name)) return settings;
  const folder = `GIT_DIR='${repository.commonDir.replaceAll("'", "'\\''")}'`;
  return settings.map(([key, value]) => [key, /\.(clean|smudge|process)$/.test(key) ? `${folder} ${value}` : value]);
}

/** One setting in the syntax of git-config(1), with its section header: the order of settings then does not matter. */
function configLine(key: string, value: string): string {
  const first = key.indexOf('.');
  const last = key.lastIndexOf('.');
  const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  const middle = last > first ? ` "${escaped(key.slice(first + 1, last))}"` : '';
  const quoted = escaped(value).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
  return `[${key.slice(0, first)}${middle}]\n\t${key.slice(last + 1)} = "${quoted}"\n`;
}
