/**
 * Makes sure that what this process started ends with it. A parent killed outright runs nothing of
 * this: for that case qemu.ts has the kernel end QEMU.
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
  // The default action has to follow, unless somebody else takes the signal too.
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
