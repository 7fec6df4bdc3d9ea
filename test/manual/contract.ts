/**
 * The command line as scripts rely on it, copied from the contract: change it only with the contract. The help, the man
 * pages and the completions are compared with this and with the table of commands.
 */
export interface Promised {
  /** The beginning of the usage in the help. */
  readonly usage: string;
  readonly options: readonly string[];
  /** With --json it prints events, the last of them a result. */
  readonly streams?: true;
}

const wait = ['--timeout'];

export const promised: Readonly<Record<string, Promised>> = {
  list: { usage: 'list [NAME…]', options: ['--columns', '--sort', '--noheadings', '--units', '--bytes'] },
  status: { usage: 'status [NAME…]', options: [] },
  stats: { usage: 'stats NAME', options: ['--watch'] },
  check: { usage: 'check [NAME…]', options: [] },
  doctor: { usage: 'doctor [NAME…]', options: [] },
  wait: { usage: 'wait [NAME…]', options: ['--all', '--for', ...wait], streams: true },
  start: { usage: 'start [NAME…]', options: ['--all', '--wait'], streams: true },
  stop: { usage: 'stop [NAME…]', options: ['--all'] },
  recover: { usage: 'recover [NAME…]', options: ['--all', '--force-rebuild', ...wait], streams: true },
  adopt: { usage: 'adopt NAME', options: ['--device'] },
  'repair-geometry': { usage: 'repair-geometry NAME', options: [] },
  reclaim: { usage: 'reclaim NAME', options: [], streams: true },
  rehearse: {
    usage: 'rehearse NAME',
    options: ['--keep', '--discard', '--changes', '--changes-size'],
    streams: true,
  },
  cleanup: { usage: 'cleanup [NAME…]', options: ['--all'] },
  salvage: { usage: 'salvage NAME', options: ['--to', '--from-rehearsal'], streams: true },
  backup: { usage: 'backup NAME', options: ['--to', '--keep'], streams: true },
  restore: { usage: 'restore NAME', options: ['--from', '--to'], streams: true },
  create: { usage: 'create NAME', options: ['--device', '--stack', '--logical-size', '--slab-size'] },
  remove: { usage: 'remove NAME', options: [] },
  grow: { usage: 'grow NAME', options: ['--logical', '--physical'] },
  set: { usage: 'set NAME KEY=VALUE…', options: [] },
  rename: { usage: 'rename NAME NEW', options: [] },
  explain: { usage: 'explain [CODE]', options: [] },
  metrics: { usage: 'metrics', options: [] },
  history: { usage: 'history [NAME]', options: ['--number', '--since', '--until', '--reverse'] },
  completion: { usage: 'completion bash|zsh|fish', options: [] },
  demo: { usage: 'demo', options: [] },
};

/** The values that an option takes. */
export const promisedChoices: Readonly<Record<string, readonly string[]>> = {
  'wait --for': ['normal', 'statistics', 'index'],
  'create --stack': ['dm', 'lvm', 'manager'],
};

/** Names kept for future commands. */
export const keptNames: readonly string[] = [];

/** The options of every command. */
export const promisedEverywhere = [
  '--json',
  '--dry-run',
  '--yes',
  '--quiet',
  '--verbose',
  '--no-color',
  '--simulate',
];

/** The meaning of each exit code, as words of its explanation. */
export const promisedExits: Readonly<Record<number, RegExp>> = {
  0: /promised state is reached, or nothing was to be done/,
  1: /defect|vdoctl itself failed/,
  2: /command line is wrong/,
  3: /no such volume or device/,
  4: /needs root/,
  5: /timed out.*goes on by itself/,
  6: /read-only.*forced rebuild.*not asked for/,
  7: /earlier operation was cut off/,
  8: /refused before anything was changed/,
  9: /program.* failed, or said something that vdoctl does not understand/,
  10: /nobody agreed/,
  11: /Every step went through, and yet/,
  12: /Another vdoctl works on this volume/,
  130: /Ctrl-C ended it/,
  143: /SIGTERM ended it/,
};

export const promisedOrder = [1, 9, 11, 8, 7, 6, 5, 12, 10, 4, 3, 0];
/** The exit codes of `check`, by the convention of monitoring plugins. */
export const pluginExits = [0, 1, 2, 3];
