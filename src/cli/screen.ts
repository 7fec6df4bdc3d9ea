import type { Host } from '../host/host.ts';
import type { Settings } from '../model/settings.ts';
import { parseArguments } from './arguments.ts';
import type { HostKind, MakeHost } from './run.ts';
import { limitLooks } from './settings/limit-looks.ts';
import { loadSettings } from './settings/load.ts';
import type { Terminal } from './terminal.ts';

export interface ScreenCall {
  readonly host: Host;
  readonly settings: Settings;
  readonly color: 'color' | 'plain';
}

/** The host and the settings for a screen. @throws Failure `usage` if a setting is wrong. */
export async function prepareScreen(
  kind: HostKind,
  argv: readonly string[],
  makeHost: MakeHost,
  terminal: Terminal,
): Promise<ScreenCall> {
  const call = await parseArguments(['demo', ...argv.filter((word) => word !== 'demo')]);
  const host = await makeHost(kind);
  const { values } = await loadSettings(host.files, terminal.environment, call);
  const { colours } = values;
  const isColoured = colours === 'auto' ? terminal.color : colours === 'always';
  return {
    host: limitLooks(host, values['look-timeout']),
    settings: values,
    color: isColoured ? 'color' : 'plain',
  };
}
