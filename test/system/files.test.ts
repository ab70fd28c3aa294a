import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  copyInto,
  freeBytes,
  listFolder,
  openAppendFile,
  pathKind,
  readBytes,
  readHostile,
  readSettled,
  readText,
  removeTree,
  writeAtomic,
} from '../../src/system/index.ts';
import { scratchFolder } from '../support/scratch.ts';

describe('a hostile file', () => {
  const refusal = async (path: string, maxBytes = 64 * 1024) => {
    const read = await readHostile(path, maxBytes);
    return read.ok ? 'read' : read.error.kind;
  };

  test('is read when it is small and regular, up to the last byte of the limit', async () => {
    const path = join(scratchFolder(), 'file');
    writeFileSync(path, 'x'.repeat(100));
    const read = await readHostile(path, 100);
    expect(read.ok && Buffer.from(read.value).toString()).toBe('x'.repeat(100));
    expect(await refusal(path, 99)).toBe('tooBig');
  });

  test('is refused when it is missing, a link, a folder, a pipe, a device or too big', async () => {
    const folder = scratchFolder();
    const at = (name: string) => join(folder, name);
    writeFileSync(at('plain'), 'x');
    writeFileSync(at('big'), Buffer.alloc(1024 * 1024));
    symlinkSync(at('plain'), at('link'));
    mkdirSync(at('folder'));
    execFileSync('mkfifo', [at('pipe')]);
    expect(await refusal(at('missing'))).toBe('missing');
    expect(await refusal(at('plain/below'))).toBe('missing');
    expect(await refusal(at('link'))).toBe('notRegular');
    expect(await refusal(at('folder'))).toBe('notRegular');
    expect(await refusal(at('pipe'))).toBe('notRegular');
    expect(await refusal('/dev/zero')).toBe('notRegular');
    expect(await refusal(at('big'))).toBe('tooBig');
  });

  test('that says it is empty and is endless is cut off', async () => {
    expect(await refusal('/proc/self/environ', 1)).toBe('tooBig');
  });
});

describe('an atomic write', () => {
  test('keeps the mode of the file it replaces, also where the umask would cut it', async () => {
    const folder = scratchFolder();
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    chmodSync(path, 0o777);
    await writeAtomic(path, 'new');
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(statSync(path).mode & 0o777).toBe(0o777);
    await writeAtomic(path, Buffer.from('secret'), { mode: 0o600 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(await listFolder(folder)).toEqual(['file']);
  });

  test('replaces a link, or with followLink what it points to', async () => {
    const folder = scratchFolder();
    const [target, link] = [join(folder, 'target'), join(folder, 'link')];
    writeFileSync(target, 'old');
    symlinkSync('target', link);
    await writeAtomic(link, 'new', { followLink: true });
    expect([readlinkSync(link), readFileSync(target, 'utf8')]).toEqual(['target', 'new']);
    await writeAtomic(link, 'own');
    expect([lstatSync(link).isFile(), readFileSync(target, 'utf8')]).toEqual([true, 'new']);
  });

  test('that fails leaves the old file and nothing beside it', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'taken'));
    await expect(writeAtomic(join(folder, 'taken'), 'x')).rejects.toThrow();
    expect(await listFolder(folder)).toEqual(['taken']);
  });
});

describe('files and folders', () => {
  test('that are not there are undefined or empty, and removing them is fine', async () => {
    const path = join(scratchFolder(), 'none');
    expect(await readBytes(path)).toBeUndefined();
    expect(await readText(join(path, 'below'))).toBeUndefined();
    expect(await listFolder(path)).toEqual([]);
    expect(await pathKind(path)).toBeUndefined();
    await removeTree(path);
  });

  test('of a link are told from what it points to, and removed alone', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real', 'file'), 'x');
    symlinkSync('real', join(folder, 'link'));
    expect(await pathKind(join(folder, 'link'))).toBe('link');
    await removeTree(join(folder, 'link'));
    expect(existsSync(join(folder, 'real', 'file'))).toBe(true);
  });

  test('are copied with their links as links', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'from'));
    writeFileSync(join(folder, 'from', 'file'), 'x');
    symlinkSync('file', join(folder, 'from', 'link'));
    await copyInto(join(folder, 'from'), join(folder, 'to'));
    expect(readFileSync(join(folder, 'to', 'file'), 'utf8')).toBe('x');
    expect(readlinkSync(join(folder, 'to', 'link'))).toBe('file');
  });

  test('go also when a package cache has made them read-only', async () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'cache', 'deep'), { recursive: true });
    writeFileSync(join(folder, 'cache', 'deep', 'file'), 'x');
    chmodSync(join(folder, 'cache', 'deep'), 0o500);
    chmodSync(join(folder, 'cache'), 0o500);
    await removeTree(join(folder, 'cache'));
    expect(existsSync(join(folder, 'cache'))).toBe(false);
  });

  test('live on a file system that has room', async () => {
    expect(await freeBytes(scratchFolder())).toBeGreaterThan(0);
  });
});

test('what is appended stands behind what was there, and a cut takes the end off', async () => {
  const path = join(scratchFolder(), 'log');
  const file = await openAppendFile(path);
  await file.append(Buffer.from('one\n'));
  await file.append(Buffer.from('two\n'));
  await file.cut(6);
  await file.append(Buffer.from('x\n'));
  expect(await file.size()).toBe(8);
  await file.close();
  expect(readFileSync(path, 'utf8')).toBe('one\ntwx\n');
});

describe('a file that somebody is writing', () => {
  const parse = (bytes: Uint8Array) => {
    try {
      return { ok: true as const, value: JSON.parse(Buffer.from(bytes).toString()) as unknown };
    } catch {
      return { ok: false as const, error: 'incomplete' as const };
    }
  };

  test('is read again until it is whole', async () => {
    const path = join(scratchFolder(), 'status.json');
    writeFileSync(path, '{"progress":');
    let reads = 0;
    const settled = await readSettled(path, 1000, (bytes) => {
      reads += 1;
      if (reads === 3) writeFileSync(path, '{"progress":1}');
      return parse(bytes);
    });
    expect(settled).toEqual({ ok: true, value: { progress: 1 } });
    expect(reads).toBe(4);
  });

  test('and never ends it is given up with the last failure', async () => {
    const path = join(scratchFolder(), 'status.json');
    writeFileSync(path, '{"progress":');
    let reads = 0;
    const settled = await readSettled(path, 1000, (bytes) => {
      reads += 1;
      return parse(bytes);
    });
    expect(settled).toEqual({ ok: false, error: 'incomplete' });
    expect(reads).toBe(7);
  });

  test('is not waited for after an abort', async () => {
    const path = join(scratchFolder(), 'status.json');
    writeFileSync(path, '');
    expect(await readSettled(path, 1000, parse, AbortSignal.abort())).toEqual({
      ok: false,
      error: { kind: 'cancelled' },
    });
  });
});
