import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { makeFixture, type Fixture } from './fixture.ts';
import { comparePairs, type Words } from './measure.ts';
import { format, head, print, row } from './print.ts';
import { makeVolumes } from './volumes.ts';

/** `recover --all` of volumes of which nothing is to be done, beside the program of an earlier commit if there is one. */
export function benchAll(
  parent: string,
  program: string,
  before: string | undefined,
  { count, runs }: { readonly count: number; readonly runs: number },
): void {
  const fixtureOf = (name: string, built: string): Fixture => {
    const volumes = makeVolumes(count, { stopped: false });
    const fixture = makeFixture(path.join(parent, `all-${name}`), built, volumes);
    addFlock(fixture);
    return fixture;
  };
  const own = fixtureOf('own', program);
  const old = before === undefined ? own : fixtureOf('before', before);
  const whose = before === undefined ? 'ours again' : 'before';
  print(
    `\n# recover --all of ${String(count)} volumes that are normal, beside ${whose}: ${String(runs)} pairs`,
  );
  head('call', 'ms', whose, `${whose} / ours`, 'child processes', whose);
  const words = ['recover', '--all'];
  const callOf = ({ program: file }: Fixture): Words => [process.execPath, file, ...words];
  const pairs = comparePairs(callOf(old), callOf(own), runs);
  // Each was called once to warm up.
  const [children, childrenBefore] = [own, old].map((each) => each.takeCalls().length / (runs + 1));
  row(
    words.join(' '),
    format(pairs.other, 0),
    format(pairs.one, 0),
    format(pairs.ratio, 1),
    (children ?? 0).toFixed(0),
    ((old === own ? children : childrenBefore) ?? 0).toFixed(0),
  );
}

/** Locks are taken for real, and counted as the other processes are. */
function addFlock({ directory }: Fixture): void {
  const real = execFileSync('/bin/sh', ['-c', 'command -v flock'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh\necho flock >>'${directory}/calls'\nexec '${real}' "$@"\n`;
  fs.writeFileSync(path.join(directory, 'bin/flock'), script, { mode: 0o755 });
}
