import {
  describeBounds,
  describeValues,
  environmentName,
  settingSpecs,
  type SettingSpec,
} from '../../model/settings.ts';
import { settingsPath } from '../../cli/settings/load.ts';
import type { Page } from '../blocks.ts';

/** vdoctl.conf(5), from the table of settings. */
export function makeSettingsPage(): Page {
  return {
    name: 'vdoctl.conf',
    manual: 5,
    about: 'settings of vdoctl',
    sections: [
      { title: 'DESCRIPTION', blocks: description },
      {
        title: 'SETTINGS',
        blocks: [{ list: settingSpecs.map((spec) => [spec.key, describeSetting(spec)]) }],
      },
      {
        title: 'ENVIRONMENT',
        blocks: [
          'Each setting also has a variable, named with it above. NO_COLOR, if set and not empty, means colours: never.',
        ],
      },
      {
        title: 'FILES',
        blocks: [{ list: [[settingsPath, 'The settings of this host. It need not exist.']] }],
      },
      { title: 'EXAMPLES', blocks: [{ file: example }] },
    ],
    seeAlso: ['vdoctl(8)', 'vdoctl-config(8)', 'vdoctl-check(8)'],
  };
}

const description = [
  `The file ${settingsPath} is YAML: a line KEY: VALUE for each setting that differs from its default, and comments after #.`,
  'An option of a call overrides the environment, which overrides the file, which overrides the default. `vdoctl config` shows each value, and where it comes from.',
  'An unknown setting, or a value that it does not take, is an error: every call that uses settings then exits with 2 and names the line, or the variable, before it looks at any volume. `vdoctl --help`, `vdoctl explain` and other calls that use no settings still work.',
];

function describeSetting(spec: SettingSpec): string {
  const flag = spec.flag === undefined ? '' : ` Option: ${spec.flag}.`;
  const bounds = describeBounds(spec);
  const takes = `Takes ${describeValues(spec)}${bounds === '' ? '' : `, ${bounds}`}.`;
  const values = `${takes} Default: ${spec.default}.`;
  return `${spec.description} ${values} Environment: ${environmentName(spec)}.${flag}`;
}

const example = `
look-timeout: 1m      # Slow storage, and many volumes.
timeout: 2h

# Warn early: new storage takes weeks to buy.
space-warning: 75%
space-critical: 85%

# On this host every volume must run.
check-stopped: critical
`;
