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
          'Each setting has a variable too, which is named with it. NO_COLOR, if it is set and not empty, means colours: never.',
        ],
      },
      {
        title: 'FILES',
        blocks: [{ list: [[settingsPath, 'The settings of this host. It need not be there.']] }],
      },
      { title: 'EXAMPLES', blocks: [{ file: example }] },
    ],
    seeAlso: ['vdoctl(8)', 'vdoctl-config(8)', 'vdoctl-check(8)'],
  };
}

const description = [
  `The file ${settingsPath} is YAML: a line KEY: VALUE for each setting that is not to be as it is by default, and comments behind #.`,
  'An option of a call overrides the environment, which overrides the file, which overrides the default. `vdoctl config` shows each value, and where it comes from.',
  'What is no setting, or no value of one, is an error: every call that goes by settings then ends with exit code 2 and names the line, or the variable, before it looks at any volume. `vdoctl --help`, `vdoctl explain` and their like work all the same.',
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

# Storage is bought in time.
space-warning: 75%
space-critical: 85%

# Here every volume has to run.
check-stopped: critical
`;
