/**
 * `npm run package`: builds the .deb and the .rpm into dist/packages, from package.yaml. Needs Debian's packages
 * debhelper and rpm, and no root.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { buildDeb } from './deb.ts';
import { readDescription } from './description.ts';
import { gatherLicenses, joinLicenses } from './licenses.ts';
import { buildRpm } from './rpm.ts';

const tools = { '/usr/bin/dh': 'debhelper', '/usr/bin/rpmbuild': 'rpm' };

const missing = Object.entries(tools).filter(([file]) => !fs.existsSync(file));
if (missing.length > 0) {
  const names = missing.map(([, name]) => name).join(' ');
  console.error(`packages are built with other programs; as root on Debian: apt-get install ${names}`);
  process.exit(1);
}

const output = path.resolve('dist/packages');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-package-'));
try {
  const licenses = gatherLicenses();
  const made = { '{third-party-licenses}': joinLicenses(licenses) };
  const file = path.join(import.meta.dirname, 'package.yaml');
  const description = readDescription(file, { builtAt: await findTime(), made });
  handOut([
    await buildDeb(description, licenses, makePlace('deb')),
    await buildRpm(description, makePlace('rpm')),
  ]);
} finally {
  fs.rmSync(work, { recursive: true });
}

function makePlace(format: string): string {
  const place = path.join(work, format, 'build');
  fs.mkdirSync(place, { recursive: true });
  return place;
}

/** Puts the packages into place and removes older ones. Each is renamed whole, since another build may run as well. */
function handOut(packages: readonly string[]): void {
  fs.mkdirSync(output, { recursive: true });
  const names = packages.map((file) => path.basename(file));
  const isOld = (name: string): boolean => /\.(deb|rpm)$/.test(name) && !names.includes(name);
  for (const old of fs.readdirSync(output).filter(isOld)) fs.rmSync(path.join(output, old));
  for (const [index, file] of packages.entries()) {
    const place = path.join(output, names[index] ?? '');
    const partial = `${place}.${String(process.pid)}`;
    fs.copyFileSync(file, partial);
    fs.renameSync(partial, place);
    console.log(place);
  }
}

/** Time of the build in seconds since the epoch: SOURCE_DATE_EPOCH, else the last commit's, else now. */
async function findTime(): Promise<number> {
  const wanted = process.env['SOURCE_DATE_EPOCH'];
  if (wanted !== undefined) return Number(wanted);
  const { stdout, exitCode } = await execa('git', ['log', '-1', '--format=%ct'], { reject: false });
  return exitCode === 0 ? Number(stdout) : Math.floor(Date.now() / 1000);
}
