/**
 * `npm run package`: builds the .deb and the .rpm into dist/packages, from package.yaml. Needs Debian's packages
 * debhelper and rpm, and no root. `npm run package -- --standalone` builds those with a Node of their own, which it gets
 * from the npm registry, for each architecture.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { buildDeb } from './deb.ts';
import { readDescription, type Description } from './description.ts';
import { gatherLicenses, joinLicenses, type License } from './licenses.ts';
import { buildRpm } from './rpm.ts';
import { bringNode, NotFetched } from './standalone.ts';

const tools = { '/usr/bin/dh': 'debhelper', '/usr/bin/rpmbuild': 'rpm' };

const missing = Object.entries(tools).filter(([file]) => !fs.existsSync(file));
if (missing.length > 0) {
  const names = missing.map(([, name]) => name).join(' ');
  console.error(`packages are built with other programs; as root on Debian: apt-get install ${names}`);
  process.exit(1);
}

const { values } = parseArgs({ options: { standalone: { type: 'boolean', default: false } } });
const output = path.resolve('dist/packages');
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'vdoctl-package-'));
try {
  const licenses = gatherLicenses();
  const file = path.join(import.meta.dirname, 'package.yaml');
  const description = readDescription(file, { builtAt: await findTime(), made: {} });
  if (!values.standalone) handOut(description, await buildBoth(description, licenses));
  else {
    const packages: string[] = [];
    for (const build of description.standalone.node.builds) {
      const brought = await bringNode(description, build, makePlace(build.package));
      packages.push(...(await buildBoth(brought.description, [...licenses, brought.license])));
    }
    handOut({ ...description, name: description.standalone.name }, packages);
  }
} catch (error) {
  if (!(error instanceof NotFetched)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  fs.rmSync(work, { recursive: true });
}

async function buildBoth(description: Description, licenses: readonly License[]): Promise<string[]> {
  const made = { ...description.made, '{third-party-licenses}': joinLicenses(licenses) };
  const whole = { ...description, made };
  const { deb, rpm } = description.architecture;
  return Promise.all([
    buildDeb(whole, licenses, makePlace(path.join('deb', deb))),
    buildRpm(whole, makePlace(path.join('rpm', rpm))),
  ]);
}

function makePlace(name: string): string {
  const place = path.join(work, name, 'build');
  fs.mkdirSync(place, { recursive: true });
  return place;
}

/**
 * Puts the packages into place and removes older ones of that name. Each is renamed whole, since another build may run as
 * well.
 */
function handOut({ name: own }: Description, packages: readonly string[]): void {
  fs.mkdirSync(output, { recursive: true });
  const names = packages.map((file) => path.basename(file));
  const isOwn = (name: string): boolean =>
    /^[_-]\d.*\.(deb|rpm)$/.test(name.startsWith(own) ? name.slice(own.length) : '');
  const isOld = (name: string): boolean => isOwn(name) && !names.includes(name);
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
