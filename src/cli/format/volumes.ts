import type { Missing, Volume } from '../../model/volume.ts';
import { listFacts } from '../../prose/volume-facts.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';

/** "None" is said only if everything could be looked at. */
export function formatNone(missing: readonly Missing[]): string {
  return missing.length === 0 ? 'No VDO volumes.' : 'No VDO volumes were seen.';
}

/** Everything known about one volume, one fact a line. */
export function formatVolume(volume: Volume, style: Style): Line[] {
  const facts = listFacts(volume).map(([label, value]) => `  ${label.padEnd(14)} ${value}`);
  const alerts = volume.alerts.flatMap(({ severity, code, message, next }): Line[] => [
    ['  ', style.severity(severity, `${severity}: ${code}`), `: ${message}`],
    `      next: ${next}`,
  ]);
  return [style.bold(volume.name), ...facts, ...alerts];
}

/** What could not be seen, and why. This goes to stderr, since the rest is still true. */
export function formatMissing(missing: readonly Missing[]): string[] {
  return missing.map(({ what, why }) => `not seen: ${what}: ${why}`);
}
