import type { OptionSpec } from '../cli/commands.ts';
import { macroWord } from './escape.ts';

/** An option with its placeholder or its choices, in mdoc. */
export function markOption({ name, alias, type, value = '', choices, bare }: OptionSpec): string {
  const short = alias === undefined ? '' : `Fl ${macroWord(alias)} , `;
  const long = `${short}Fl ${macroWord(`-${name}`)}`;
  if (type === 'flag') return long;
  if (bare !== undefined) return `${long} Op Ar ${macroWord(value)}`;
  return `${long} ${choices === undefined ? `Ar ${macroWord(value)}` : `Cm ${choices.map(macroWord).join(' | ')}`}`;
}

/** What an option does, and what applies without it. */
export function describeOption({ description, default: fallback, setting }: OptionSpec): string {
  if (setting !== undefined)
    return `${description} Without it the setting ${setting} of vdoctl.conf(5) holds.`;
  return fallback === undefined ? description : `${description} Default: ${fallback}.`;
}
