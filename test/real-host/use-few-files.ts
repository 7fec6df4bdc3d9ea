/**
 * `use-few-files DIRECTORY COUNT`: runs `true` and then `cat /dev/null`, both ways, while only COUNT more files can be
 * opened, and prints the outcome of each.
 */
import fs from 'node:fs';

import { createRealHost } from '../../src/host/real/real-host.ts';
import { changing, looking } from '../../src/model/command.ts';

async function main([root = '', left = '']: readonly string[]): Promise<void> {
  const host = createRealHost({ searchPath: '/usr/bin:/bin', root, program: '' });
  const spare: number[] = [];
  const run = async (command: Parameters<typeof host.run>[0]) => {
    for (;;) {
      try {
        spare.push(fs.openSync('/dev/null', 'r'));
      } catch {
        break;
      }
    }
    for (const descriptor of spare.splice(0, Number(left))) fs.closeSync(descriptor);
    const { outcome } = await host.run(command);
    for (const descriptor of spare.splice(0)) fs.closeSync(descriptor);
    return outcome;
  };
  const outcomes = [
    await run(looking('true', [])),
    await run(changing('true', [])),
    await run({ ...changing('cat', []), input: 'x' }),
  ];
  console.log(JSON.stringify(outcomes));
}

void main(process.argv.slice(2));
