/**
 * Makes sure that everything this process started ends with it. A process killed outright runs none of this: for that
 * case, qemu.ts has the kernel end QEMU.
 */
const endings = new Map<object, () => void>();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
let installed = false;

export function dieWithParent(owner: object, end: () => void): void {
  endings.set(owner, end);
  if (installed) return;
  installed = true;
  process.on('exit', endAll);
  for (const signal of SIGNALS)
    process.once(signal, () => {
      endAndRaise(signal);
    });
}

export function forgetDeath(owner: object): void {
  endings.delete(owner);
}

function endAll(): void {
  for (const end of endings.values()) end();
  endings.clear();
}

function endAndRaise(signal: NodeJS.Signals): void {
  endAll();
  // The signal's default action has to follow, unless somebody else handles the signal too.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
