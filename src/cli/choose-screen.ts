import type { HostKind } from './run.ts';

/** Words that only say how the screen looks: a call of nothing else opens the screen. */
const screenFlags = ['--simulate', '--no-color', '--screen-reader'];

/** The host for the screen to show; undefined if the call is for the command line. */
export function chooseScreen(argv: readonly string[]): HostKind | undefined {
  const words = argv.filter((word) => !screenFlags.includes(word));
  if (words.length === 1 && words[0] === 'demo') return 'demo-screen';
  if (words.length > 0) return undefined;
  return argv.includes('--simulate') ? 'simulated' : 'real';
}
