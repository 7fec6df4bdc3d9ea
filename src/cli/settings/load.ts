import { looksLikeRange } from '../../model/alert-range.ts';
import type { Files } from '../../host/host.ts';
import { Failure } from '../../model/problem.ts';
import {
  defaultSettings,
  environmentName,
  findSetting,
  parseSetting,
  settingSpecs,
  type SettingKey,
  type Settings,
} from '../../model/settings.ts';
import { globalOptions, type OptionSpec } from '../commands.ts';
import type { Call } from '../arguments.ts';
import type { Environment } from '../terminal.ts';

/** The settings file of this host. */
export const settingsPath = '/etc/vdoctl/vdoctl.conf';

/** Where the value of a setting comes from. */
export interface SettingSource {
  readonly from: 'default' | 'file' | 'environment' | 'flag';
  /** `/etc/vdoctl/vdoctl.conf:3`, `VDOCTL_TIMEOUT`, `--timeout`; null for a default. */
  readonly where: string | null;
}

export interface LoadedSettings {
  readonly values: Settings;
  readonly sources: Readonly<Record<SettingKey, SettingSource>>;
  /** `not-permitted`: only root may read the file, and somebody else asked; its settings do not apply to them. */
  readonly file: 'read' | 'missing' | 'not-permitted';
}

/** No settings read: for commands that depend on none. */
export const noSettings: LoadedSettings = {
  values: defaultSettings,
  sources: Object.fromEntries(
    settingSpecs.map(({ key }): [string, SettingSource] => [key, { from: 'default', where: null }]),
  ) as LoadedSettings['sources'],
  file: 'missing',
};

type Given = Map<SettingKey, { readonly value: number | string; readonly source: SettingSource }>;

/**
 * The settings of a call. Flags override the environment, which overrides the file, which overrides the defaults.
 *
 * @throws Failure `usage` for a wrong value in any of them, with its place.
 */
export async function loadSettings(
  files: Files,
  environment: Environment,
  call: Call,
): Promise<LoadedSettings> {
  const given: Given = new Map();
  const file = await readFile(files, given);
  readEnvironment(environment, given);
  readFlags(call, given);
  if (given.size === 0) return { ...noSettings, file };
  const pairs = [...given].map(([key, { value }]) => [key, value]);
  const values = { ...defaultSettings, ...(Object.fromEntries(pairs) as Partial<Settings>) };
  const sources = { ...noSettings.sources };
  for (const [key, { source }] of given) sources[key] = source;
  // Of a threshold and a range, neither is above the other.
  if (!call.command.options.some((option) => isGivenAsRange(call, option))) requireOrder(values, sources);
  return { values, sources, file };
}

async function readFile(files: Files, given: Given): Promise<LoadedSettings['file']> {
  const reading = files.readText(settingsPath);
  if (reading.kind === 'missing' || reading.kind === 'not-permitted') return reading.kind;
  if (reading.kind === 'failed') usage(`${settingsPath} cannot be read: ${reading.reason}`);
  const { parseSettingsFile } = await import('./file.ts');
  for (const [key, { value, line }] of parseSettingsFile(settingsPath, reading.value))
    given.set(key, { value, source: { from: 'file', where: `${settingsPath}:${String(line)}` } });
  return 'read';
}

function readEnvironment(environment: Environment, given: Given): void {
  if ((environment['NO_COLOR'] ?? '') !== '')
    given.set('colours', { value: 'never', source: { from: 'environment', where: 'NO_COLOR' } });
  for (const spec of settingSpecs) {
    const where = environmentName(spec);
    const text = environment[where];
    if (text === undefined || text === '') continue;
    given.set(spec.key, {
      value: requireValue(spec.key, where, text),
      source: { from: 'environment', where },
    });
  }
}

/** Not a value of the setting then, but of this one call: the command reads it. */
function isGivenAsRange({ texts }: Call, { name, mayBeRange }: OptionSpec): boolean {
  return mayBeRange === true && looksLikeRange(texts.get(name) ?? '');
}

function readFlags(call: Call, given: Given): void {
  const { command, durations, texts, flags } = call;
  if (flags.has('no-color'))
    given.set('colours', { value: 'never', source: { from: 'flag', where: '--no-color' } });
  for (const option of [...globalOptions, ...command.options]) {
    const { name, setting } = option;
    if (setting === undefined || isGivenAsRange(call, option)) continue;
    const where = `--${name}`;
    const text = texts.get(name);
    const value = text === undefined ? durations.get(name) : requireValue(setting, where, text);
    if (value !== undefined) given.set(setting, { value, source: { from: 'flag', where } });
  }
}

function requireValue(key: SettingKey, where: string, text: string): number | string {
  const parsed = parseSetting(findSetting(key), text);
  if (parsed.kind === 'wrong') usage(`${where} ${parsed.complaint}`);
  return parsed.value;
}

function requireOrder(values: Settings, sources: LoadedSettings['sources']): void {
  if (values['space-warning'] <= values['space-critical']) return;
  const tell = (key: 'space-warning' | 'space-critical'): string =>
    `${key} (${String(values[key])}, ${sources[key].where ?? 'the default'})`;
  usage(`${tell('space-warning')} is above ${tell('space-critical')}`);
}

function usage(message: string): never {
  throw new Failure({ kind: 'usage', message, next: 'vdoctl config --help' });
}
