import { durationExamples, parseDuration, whyNoDuration, writeDuration } from './duration.ts';

/**
 * Every setting, as data. The code that reads `/etc/vdoctl/vdoctl.conf`, the environment and the flags uses this table,
 * and so do the texts that describe the settings.
 */
export interface SettingSpec {
  readonly key: string;
  /** `count`: a whole number. */
  readonly type: 'duration' | 'percent' | 'count' | 'choice';
  /** As it would stand in the file. */
  readonly default: string;
  readonly choices?: readonly string[];
  /** What a count counts. */
  readonly unit?: string;
  /** A duration in milliseconds; a percentage or a count as it is. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** The option that overrides it in a call. */
  readonly flag?: string;
  readonly description: string;
}

const second = 1000;
const hour = 3_600 * second;

const table = [
  {
    key: 'timeout',
    type: 'duration',
    default: '15m',
    flag: '--timeout',
    description: 'How long wait, recover and start --wait wait before they stop waiting, with exit code 5.',
  },
  {
    key: 'look-timeout',
    type: 'duration',
    default: '15s',
    minimum: second,
    maximum: hour,
    description:
      'How long a command that only looks (dmsetup status, vdostats, the report of LVM) may take before it is killed; its answer is then missing. Raise it on a busy host, or one with many volumes.',
  },
  {
    key: 'check-timeout',
    type: 'duration',
    default: '45s',
    minimum: second,
    maximum: hour,
    flag: '--timeout',
    description:
      'How long check may take before it says UNKNOWN. Set it below the time limit of what calls check.',
  },
  {
    key: 'space-warning',
    type: 'percent',
    default: '90',
    flag: '--warning',
    description: 'A volume raises a warning when this much of its physical space is used.',
  },
  {
    key: 'space-critical',
    type: 'percent',
    default: '95',
    flag: '--critical',
    description:
      'A volume raises a critical alert when this much of its physical space is used. Not below space-warning.',
  },
  {
    key: 'stalled-after',
    type: 'duration',
    default: '2m',
    minimum: 10 * second,
    description: 'A recovery has stalled when nothing of it, not even its counters, has moved for this long.',
  },
  {
    key: 'check-stopped',
    type: 'choice',
    default: 'warning',
    choices: ['ok', 'warning', 'critical'],
    description:
      'What check says of a stopped volume that would start well. One that the classic manager has deactivated is ok.',
  },
  {
    key: 'backup-older-than',
    type: 'count',
    default: '7',
    unit: 'days',
    minimum: 1,
    maximum: 36_500,
    description:
      'A volume raises a warning when its last backup by vdoctl is this old. One that vdoctl has never backed up raises none.',
  },
  {
    key: 'refresh',
    type: 'duration',
    default: '1s',
    minimum: 200,
    maximum: hour,
    description: 'How often the interactive screen looks again.',
  },
  {
    key: 'colours',
    type: 'choice',
    default: 'auto',
    choices: ['auto', 'always', 'never'],
    flag: '--no-color',
    description:
      'Colours only on a terminal (auto), also in a pipe (always), or never. NO_COLOR means never.',
  },
  {
    key: 'history-count',
    type: 'count',
    default: '1000',
    unit: 'operations',
    minimum: 1,
    maximum: 1_000_000,
    description:
      'How many finished operations the history keeps. When an operation ends, the oldest are removed. An unfinished one is never removed.',
  },
  {
    key: 'history-days',
    type: 'count',
    default: '365',
    unit: 'days',
    minimum: 1,
    maximum: 36_500,
    description: 'How long the history keeps a finished operation.',
  },
] as const satisfies readonly SettingSpec[];

type Row = (typeof table)[number];
export type SettingKey = Row['key'];

/** The settings of a call. Durations are in milliseconds, percents from 1 to 100. */
export type Settings = {
  readonly [Each in Row as Each['key']]: Each extends { readonly choices: readonly (infer Choice)[] }
    ? Choice
    : number;
};

/** The table of settings, in the order in which they are shown. */
export const settingSpecs: readonly (SettingSpec & { readonly key: SettingKey })[] = table;

/** The setting of that key. */
export function findSetting(key: SettingKey): SettingSpec & { readonly key: SettingKey } {
  const found = settingSpecs.find((spec) => spec.key === key);
  if (found === undefined) throw new Error(`no setting ${key}`);
  return found;
}

/** The environment variable of a setting: `VDOCTL_SPACE_WARNING`. */
export function environmentName({ key }: Pick<SettingSpec, 'key'>): string {
  return `VDOCTL_${key.toUpperCase().replaceAll('-', '_')}`;
}

export type ParsedSetting =
  | { readonly kind: 'value'; readonly value: number | string }
  /** `complaint`: what the setting takes, and what was given. */
  | { readonly kind: 'wrong'; readonly complaint: string };

/** Reads one value, as a file, the environment or a flag gives it. */
export function parseSetting(spec: SettingSpec, raw: unknown): ParsedSetting {
  const value = parsers[spec.type](raw, spec);
  if (value === undefined) return { kind: 'wrong', complaint: `takes ${complainAboutValue(spec, raw)}` };
  if (typeof value === 'string') return { kind: 'value', value };
  const isWithin = value >= (spec.minimum ?? -Infinity) && value <= (spec.maximum ?? Infinity);
  if (isWithin) return { kind: 'value', value };
  return {
    kind: 'wrong',
    complaint: `takes ${describeValues(spec)} ${describeBounds(spec)}, not ${show(raw)}`,
  };
}

type Parser = (raw: unknown, spec: SettingSpec) => number | string | undefined;

const parsers: Readonly<Record<SettingSpec['type'], Parser>> = {
  duration: (raw) => (isWritten(raw) ? parseDuration(String(raw)) : undefined),
  percent: (raw) => {
    const number = parseWhole(typeof raw === 'string' ? raw.replace(/%$/, '') : raw);
    return number !== undefined && number >= 1 && number <= 100 ? number : undefined;
  },
  count: parseWhole,
  choice: (raw, { choices = [] }) => (typeof raw === 'string' && choices.includes(raw) ? raw : undefined),
};

/** YAML takes `90` for a number, and not for the text that it is elsewhere. */
function isWritten(raw: unknown): raw is string | number {
  return typeof raw === 'string' || typeof raw === 'number';
}

/** What the setting takes instead, and for a duration why. */
function complainAboutValue(spec: SettingSpec, raw: unknown): string {
  const why = spec.type === 'duration' && isWritten(raw) ? whyNoDuration(String(raw)) : `not ${show(raw)}`;
  return `${describeValues(spec)}, ${why}`;
}

function parseWhole(raw: unknown): number | undefined {
  if (typeof raw === 'number') return Number.isSafeInteger(raw) ? raw : undefined;
  return typeof raw === 'string' && /^\d{1,9}$/.test(raw) ? Number(raw) : undefined;
}

/** What a setting takes, in words. */
export function describeValues({ type, choices = [], unit }: SettingSpec): string {
  switch (type) {
    case 'duration':
      return durationExamples;
    case 'percent':
      return 'a percentage from 1 to 100, such as 80';
    case 'count':
      return `a whole number${unit === undefined ? '' : ` of ${unit}`}`;
    case 'choice':
      return `one of ${choices.join(', ')}`;
  }
}

/** The bounds of a setting's value, in words; empty where there are none. */
export function describeBounds({ type, minimum, maximum }: SettingSpec): string {
  const word = (bound: number): string =>
    type === 'duration' ? `${String(bound / second)}s` : String(bound);
  const from = minimum === undefined ? '' : `from ${word(minimum)}`;
  return `${from}${maximum === undefined ? '' : ` to ${word(maximum)}`}`.trim();
}

function show(raw: unknown): string {
  return (JSON.stringify(raw) as string | undefined)?.slice(0, 80) ?? String(raw);
}

/** A value as it would stand in the file. */
export function formatSetting(key: SettingKey, value: number | string): string {
  if (findSetting(key).type !== 'duration') return String(value);
  return writeDuration(Number(value));
}

/** The settings where nothing is set. */
export const defaultSettings = Object.fromEntries(
  settingSpecs.map((spec) => {
    const parsed = parseSetting(spec, spec.default);
    if (parsed.kind === 'wrong') throw new Error(`the default of ${spec.key} ${parsed.complaint}`);
    return [spec.key, parsed.value];
  }),
) as unknown as Settings;

/** The used space, in percent, from which on there is an alert. */
export type SpaceThresholds = Pick<Settings, 'space-warning' | 'space-critical'>;
