import type { HostKind } from './run.ts';

/** What of a call says how the screen looks; a call of these words alone is one for the screen. */
const screenFlags = ['--simulate', '--no-color', '--screen-reader'];

/** The host that the screen is to show; undefined for a call that is for the command line. */
export function chooseScreen(argv: readonly string[]): HostKind | undefined {
  const words = argv.filter((word) => !screenFlags.includes(word));
  if (words.length === 1 && words[0] === 'demo') return 'demo-screen';
  if (words.length > 0) return undefined;
  return argv.includes('--simulate') ? 'simulated' : 'real';
}
