import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { createFixture, runInNamespace, type Fixture } from './fixtures.ts';

let fixture: Fixture;
beforeEach(() => {
  fixture = createFixture();
  mkdirSync(fixture.path('d'));
  writeFileSync(fixture.path('d/text'), 'text\n');
  symlinkSync('d/text', fixture.path('link'));
  symlinkSync('nowhere', fixture.path('broken'));
  symlinkSync('loop', fixture.path('loop'));
  execFileSync('mkfifo', [fixture.path('fifo')]);
});
afterEach(() => {
  fixture.close();
});

const use = `${process.execPath} --import tsx ${new URL('use-files.ts', import.meta.url).pathname}`;

describe('reading', () => {
  test('a text, a directory, links', () => {
    const { files } = fixture.host;
    expect(files.readText('/d/text')).toEqual({ kind: 'read', value: 'text\n' });
    expect(files.readText('/link')).toEqual({ kind: 'read', value: 'text\n' });
    expect(files.list('/d')).toEqual({ kind: 'read', value: ['text'] });
    expect(files.resolve('/link')).toEqual({ kind: 'read', value: '/d/text' });
    expect(files.readLink('/link')).toEqual({ kind: 'read', value: 'd/text' });
    expect(files.readLink('/broken')).toEqual({ kind: 'read', value: 'nowhere' });
  });

  test.each([
    ['/d/text', { type: 'file', modifiedAtMs: expect.any(Number) as number }],
    ['/link', { type: 'file', modifiedAtMs: expect.any(Number) as number }],
    ['/d', { type: 'directory' }],
    ['/fifo', { type: 'other' }],
  ])('describes %s without opening it', (path, value) => {
    expect(fixture.host.files.describe(path)).toEqual({ kind: 'read', value });
  });

  test.each(['/nothing', '/broken', '/d/text/below', '/nothing/below'])('%s is missing', (path) => {
    const { files } = fixture.host;
    for (const reading of [files.readText(path), files.list(path), files.resolve(path), files.describe(path)])
      expect(reading).toEqual({ kind: 'missing' });
  });

  test.each(['/d', '/loop'])('the text of %s fails, with the reason', (path) => {
    expect(fixture.host.files.readText(path)).toMatchObject({
      kind: 'failed',
      reason: expect.stringMatching(/EISDIR|ELOOP/) as string,
    });
  });

  test('a FIFO has no text, and nobody waits for it', () => {
    // In another process: a call that waits cannot be ended from within.
    const output = execFileSync('sh', ['-c', `timeout -s KILL 20 ${use} ${fixture.root} read /fifo`], {
      encoding: 'utf8',
    });
    expect(JSON.parse(output)).toEqual({ kind: 'failed', reason: 'it is no regular file' });
  });

  test('a link to a device that has no end has no text either', () => {
    symlinkSync('/dev/zero', fixture.path('endless'));
    const refused = { kind: 'failed', reason: 'it is no regular file' };
    expect(fixture.host.files.readText('/endless')).toEqual(refused);
    expect(fixture.host.files.readOwn('/endless')).toEqual(refused);
    expect(fixture.host.files.continueRecord('/endless')).toEqual(refused);
  });

  // The kernel reports its size as 0.
  const endless = '/proc/self/pagemap';
  test.runIf(existsSync(endless))('of a regular file that has no end as much is read as any file has', () => {
    symlinkSync(endless, fixture.path('endless'));
    expect(fixture.host.files.readText('/endless')).toEqual({
      kind: 'failed',
      reason: 'it is too large (more than 16777216 bytes)',
    });
  });

  test('what is larger than one piece is read whole, whether it tells its size or not', () => {
    const text = 'ab'.repeat(100_000);
    writeFileSync(fixture.path('d/text'), text);
    expect(fixture.host.files.readText('/d/text')).toEqual({ kind: 'read', value: text });
    symlinkSync('/proc/self/smaps', fixture.path('map'));
    const map = fixture.host.files.readText('/map');
    expect(map.kind === 'read' && map.value.length > 65_536 && map.value.endsWith('\n')).toBe(true);
  });

  test('what is larger than any file of ours is not read', () => {
    truncateSync(fixture.path('d/text'), 17 * 2 ** 20);
    expect(fixture.host.files.readText('/d/text')).toEqual({
      kind: 'failed',
      reason: 'it is too large (17825792 bytes)',
    });
  });

  test('what is not ours is not permitted', () => {
    chmodSync(fixture.path('d/text'), 0o000);
    const output = runInNamespace(['--user'], `${use} ${fixture.root} read /d/text`);
    if (output !== undefined) expect(JSON.parse(output)).toEqual({ kind: 'not-permitted' });
  });
});

describe('what vdoctl goes by', () => {
  const isRoot = process.geteuid?.() === 0;
  const expectDistrust = (reason: RegExp, path = '/d/text') => {
    const { files } = fixture.host;
    const refused = { kind: 'failed', reason: expect.stringMatching(reason) as string };
    expect(files.readOwn(path)).toEqual(refused);
    // The file is distrusted only as vdoctl's own; `readText` reads any file.
    expect(files.readText(path)).toEqual({ kind: 'read', value: 'text\n' });
    return refused;
  };

  test('is read where only we can have written it', () => {
    const { files } = fixture.host;
    expect(files.readOwn('/d/text')).toEqual({ kind: 'read', value: 'text\n' });
    expect(files.readOwn('/link')).toEqual({ kind: 'read', value: 'text\n' });
    expect(files.listOwn('/d')).toEqual({ kind: 'read', value: ['text'] });
    expect(files.readOwn('/nothing')).toEqual({ kind: 'missing' });
    expect(files.listOwn('/nothing')).toEqual({ kind: 'missing' });
  });

  test('is not where others may write to it', () => {
    chmodSync(fixture.path('d/text'), 0o666);
    expectDistrust(/^\S+\/d\/text may be written by others \(mode 666\).*: chmod go-w \S+\/d\/text$/);
  });

  test('is not where others may put another in its place, and nothing is begun there', () => {
    chmodSync(fixture.path('d'), 0o777);
    const refused = expectDistrust(/\/d may be written by others \(mode 777\).*: chmod go-w \S+\/d$/);
    expect(fixture.host.files.listOwn('/d')).toEqual(refused);
    expect(fixture.host.files.beginRecord('/d/1.open', 100)).toEqual(refused);
    expect(readdirSync(fixture.path('d'))).toEqual(['text']);
  });

  test('is not behind a link in a directory where others may put another', () => {
    mkdirSync(fixture.path('open'));
    symlinkSync('../d/text', fixture.path('open/link'));
    chmodSync(fixture.path('open'), 0o777);
    expectDistrust(/\/open may be written by others/, '/open/link');
  });

  test('is where a directory on the way keeps everybody to their own', () => {
    chmodSync(fixture.path('d'), 0o1777);
    expect(fixture.host.files.readOwn('/d/text')).toEqual({ kind: 'read', value: 'text\n' });
  });

  test.runIf(isRoot).each([
    ['the file', 'd/text'],
    ['its directory', 'd'],
    ['the link to it', 'link'],
  ])('is not where %s belongs to another user', (_what, path) => {
    lchownSync(fixture.path(path), 12345, 12345);
    expectDistrust(/ belongs to user 12345,.*: chown -h root: /, path === 'link' ? '/link' : '/d/text');
  });
});

describe('writing', () => {
  const write = (path: string, text = 'new\n') => fixture.host.files.writeAtomically(path, text, 0o600);

  test('makes the directories that are missing, for us alone', () => {
    expect(write('/a/b/file')).toEqual({ kind: 'read', value: undefined });
    expect(readFileSync(fixture.path('a/b/file'), 'utf8')).toBe('new\n');
    expect(statSync(fixture.path('a/b')).mode & 0o777).toBe(0o700);
    expect(statSync(fixture.path('a/b/file')).mode & 0o777).toBe(0o600);
  });

  test('gives the file the mode that it is to have, whatever the umask', () => {
    const before = process.umask(0o077);
    try {
      expect(fixture.host.files.writeAtomically('/d/shared', 'x', 0o644).kind).toBe('read');
    } finally {
      process.umask(before);
    }
    expect(statSync(fixture.path('d/shared')).mode & 0o777).toBe(0o644);
  });

  test('where no directory can be made fails, and comes to an end', () => {
    // Node's own recursive mkdir never returns there.
    symlinkSync('/proc', fixture.path('proc'));
    const output = execFileSync('sh', [
      '-c',
      `timeout -s KILL 20 ${use} ${fixture.root} write /proc/a/b/file`,
    ]);
    expect(JSON.parse(output.toString())).toEqual({ kind: 'missing' });
  });

  test('replaces the whole file and leaves nothing beside it', () => {
    writeFileSync(fixture.path('d/text'), 'x'.repeat(10_000));
    expect(write('/d/text').kind).toBe('read');
    expect(readFileSync(fixture.path('d/text'), 'utf8')).toBe('new\n');
    expect(readdirSync(fixture.path('d'))).toEqual(['text']);
  });

  test('over what cannot be replaced fails, and leaves nothing beside it', () => {
    mkdirSync(fixture.path('d/directory'));
    expect(write('/d/directory').kind).toBe('failed');
    expect(readdirSync(fixture.path('d')).sort()).toEqual(['directory', 'text']);
  });

  test('goes on although a call that was cut off left its file beside', () => {
    writeFileSync(fixture.path(`d/.text.${String(process.pid)}`), 'half');
    expect(write('/d/text').kind).toBe('read');
    expect(readdirSync(fixture.path('d'))).toEqual(['text']);
  });

  test('where a directory would have to be a file fails', () => {
    expect(['failed', 'missing']).toContain(write('/d/text/file').kind);
    expect(readFileSync(fixture.path('d/text'), 'utf8')).toBe('text\n');
  });

  test.each([
    ['no file can be made', 'chmod'],
    ['the disk is full', 'full'],
  ])('where %s fails: the old text stays whole, and nothing beside it', (_what, how) => {
    // The file system is mounted in a user and mount namespace of its own. Where namespaces are not allowed, this test
    // shows nothing.
    const script = `
      mount -t tmpfs -o size=64k tmpfs ${fixture.path('d')} || exit 77
      echo old > ${fixture.path('d/text')}
      if [ ${how} = full ]; then head -c 65536 /dev/zero > ${fixture.path('d/fill')} 2>/dev/null
      else mount -o remount,ro ${fixture.path('d')} || exit 77; fi
      ${use} ${fixture.root} write /d/text
      cat ${fixture.path('d/text')}; ls -A ${fixture.path('d')}`;
    const output = runInNamespace(['--user', '--map-root-user', '--mount'], script);
    if (output === undefined) return;
    expect(output).toMatch(how === 'full' ? /"failed".*ENOSPC/ : /"failed".*EROFS/);
    expect(output.split('\n').slice(1).join(' ').trim()).toBe(how === 'full' ? 'old fill text' : 'old text');
  });
});

describe('removing', () => {
  test('a file, and then it is missing', () => {
    expect(fixture.host.files.remove('/d/text')).toEqual({ kind: 'read', value: undefined });
    expect(fixture.host.files.remove('/d/text')).toEqual({ kind: 'missing' });
  });

  test('a link, not what it names', () => {
    fixture.host.files.remove('/link');
    expect(readdirSync(fixture.path('d'))).toEqual(['text']);
  });
});
