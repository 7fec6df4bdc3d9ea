import type { DocumentOf } from '../../documents/documents.ts';
import {
  environmentName,
  formatSetting,
  settingSpecs,
  type SettingKey,
  type Settings,
} from '../../model/settings.ts';
import { settingsPath, type LoadedSettings } from '../settings/load.ts';
import type { Line } from '../print.ts';
import type { Style } from './style.ts';

/** One line for each setting: its value as the file would have it, and where it comes from. */
export function formatConfig({ values, sources }: LoadedSettings, style: Style): Line[] {
  const rows = settingSpecs.map(({ key }) => {
    const { where } = sources[key];
    return [key, formatSetting(key, values[key]), where ?? 'default'] as const;
  });
  const titles = ['SETTING', 'VALUE', 'FROM'] as const;
  const width = (column: 0 | 1): number => Math.max(...[titles, ...rows].map((row) => row[column].length));
  const line = ([key, value, from]: readonly [string, string, string]): string =>
    `${key.padEnd(width(0))}  ${value.padEnd(width(1))}  ${from}`;
  return [style.bold(line(titles)), ...rows.map(line)];
}

/** The document that `config --json` prints. */
export function configDocument({ values, sources, file }: LoadedSettings): DocumentOf<'config'> {
  return {
    schemaVersion: 1,
    kind: 'config',
    file: { path: settingsPath, state: file },
    settings: settingSpecs.map((spec) => ({
      key: spec.key,
      ...describeValue(spec.key, values),
      type: spec.type,
      unit: spec.type === 'duration' ? 'milliseconds' : (spec.unit ?? null),
      default: spec.default,
      from: sources[spec.key].from,
      where: sources[spec.key].where,
      environment: environmentName(spec),
      flag: spec.flag ?? null,
      description: spec.description,
    })),
  };
}

/** The value as the file would have it, and as a program reads it. */
function describeValue(key: SettingKey, values: Settings) {
  const value = values[key];
  return { value: formatSetting(key, value), number: typeof value === 'number' ? value : null };
}
