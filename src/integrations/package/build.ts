/**
 * `npm run package`: builds the .deb and the .rpm into dist/packages, from package.yaml. Needs Debian's packages
 * debhelper and rpm, and no root.
 */
import fs from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { buildDeb } from './deb.ts';
import { readDescription } from './description.ts';
import { gatherLicenses, joinLicenses } from './licenses.ts';
import { buildRpm } from './rpm.ts';

const tools = { '/usr/bin/dh': 'debhelper', '/usr/bin/rpmbuild': 'rpm' };

const output = path.resolve('dist/packages');
const work = path.join(output, 'work');

const missing = Object.entries(tools).filter(([file]) => !fs.existsSync(file));
if (missing.length > 0) {
  const names = missing.map(([, name]) => name).join(' ');
  console.error(`packages are built with other programs; as root on Debian: apt-get install ${names}`);
  process.exit(1);
}
fs.rmSync(output, { recursive: true, force: true });
for (const name of ['deb', 'rpm']) fs.mkdirSync(path.join(work, name), { recursive: true });
const licenses = gatherLicenses();
fs.writeFileSync(path.join(output, 'third-party-licenses'), joinLicenses(licenses));
const description = readDescription(path.join(import.meta.dirname, 'package.yaml'), await findTime());
console.log(await buildDeb(description, licenses, { work: path.join(work, 'deb'), output }));
console.log(await buildRpm(description, { work: path.join(work, 'rpm'), output }));
fs.rmSync(work, { recursive: true });
fs.rmSync(path.join(output, 'third-party-licenses'));

/** Seconds since the epoch: what whoever builds wants, else the last commit's. */
async function findTime(): Promise<number> {
  const wanted = process.env['SOURCE_DATE_EPOCH'];
  if (wanted !== undefined) return Number(wanted);
  const { stdout, exitCode } = await execa('git', ['log', '-1', '--format=%ct'], { reject: false });
  return exitCode === 0 ? Number(stdout) : Math.floor(Date.now() / 1000);
}
