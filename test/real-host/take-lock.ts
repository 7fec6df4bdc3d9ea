/** `take-lock ROOT NAME`: takes a lock, prints the outcome, and keeps the lock. */
import { createRealHost } from '../../src/host/real/real-host.ts';

async function main([root = '', name = '']: readonly string[]): Promise<void> {
  const lock = await createRealHost({ searchPath: '/usr/bin:/bin', root, program: '' }).lock(name);
  const said = {
    held: '',
    taken: 'holder' in lock ? lock.holder : '',
    failed: 'reason' in lock ? `${lock.path} ${lock.reason}` : '',
  };
  console.log(`${lock.kind} ${said[lock.kind]}`.trim());
  if (lock.kind === 'held') setInterval(() => undefined, 1000);
}

void main(process.argv.slice(2));
