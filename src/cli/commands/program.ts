import { settingSpecs } from '../../model/settings.ts';
import { type CommandSpec } from './spec.ts';

/** About the program itself. */
export const programCommands: readonly CommandSpec[] = [
  {
    name: 'explain',
    called: ['man', 'why', 'alert', 'code'],
    summary: 'What an alert, a reason or an exit code means, and what to do',
    description: ['Without CODE it lists every code.'],
    positional: {
      name: 'CODE',
      count: 'at-most-one',
      description:
        'An exit code (6), an alert (read-only), or the problem or because member of an error (in-use).',
      completes: 'codes',
    },
    options: [],
    examples: ['vdoctl explain 6', 'vdoctl explain restart-recovers'],
    json: 'document',
    effect: 'looks',
    usesSettings: false,
  },
  {
    name: 'metrics',
    called: ['prometheus', 'exporter'],
    summary: 'What Prometheus collects: modes, space, counters, alerts',
    description: [
      "Prometheus' text format, or OpenMetrics. With --output it replaces a file in one step, for the textfile " +
        'collector of node_exporter (whose files end in .prom).',
      'A value that is unknown in the current mode has no sample. vdoctl_look_complete is 0 if something could not be asked.',
    ],
    options: [
      {
        name: 'output',
        alias: 'o',
        type: 'text',
        value: 'FILE',
        completes: 'files',
        description: 'Write to this file (an absolute path, 0644) instead of stdout.',
      },
      {
        name: 'openmetrics',
        type: 'flag',
        description: 'OpenMetrics 1.0: a counter is described by its name without _total.',
      },
    ],
    examples: ['vdoctl metrics', 'vdoctl metrics --output /var/lib/prometheus/node-exporter/vdoctl.prom'],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'config',
    called: ['settings', 'configuration', 'conf'],
    summary: 'Each setting, and where its value comes from',
    description: [
      'A flag overrides the environment, which overrides /etc/vdoctl/vdoctl.conf (YAML, a line KEY: VALUE for each), ' +
        'which overrides the default. An error in the file ends every call with exit code 2, and names the line.',
      `The settings are ${settingSpecs.map(({ key }) => key).join(', ')}; in the environment they are called ` +
        'VDOCTL_TIMEOUT, VDOCTL_LOOK_TIMEOUT and so on.',
    ],
    options: [],
    examples: ['vdoctl config', 'vdoctl config --json'],
    json: 'document',
    effect: 'looks',
  },
  {
    name: 'schema',
    summary: 'The JSON schema of what --json prints',
    description: ['Without KIND it lists the kinds.'],
    positional: {
      name: 'KIND',
      count: 'at-most-one',
      description: 'The kind member of a document.',
      completes: 'kinds',
    },
    options: [],
    examples: ['vdoctl schema status > status.schema.json'],
    json: 'document',
    effect: 'looks',
    usesSettings: false,
  },
  {
    name: 'completion',
    summary: 'Print the completion script of a shell',
    description: [
      'Completes commands, options and their values, and the names of volumes and devices of this host. The packages ' +
        'install the scripts; without a package, see the examples.',
    ],
    positional: { name: 'SHELL', count: 'one', description: 'The shell.', choices: ['bash', 'zsh', 'fish'] },
    options: [],
    examples: [
      'vdoctl completion bash > /usr/share/bash-completion/completions/vdoctl',
      'vdoctl completion zsh > /usr/share/zsh/vendor-completions/_vdoctl',
      'vdoctl completion fish > /usr/share/fish/vendor_completions.d/vdoctl.fish',
    ],
    json: 'document',
    effect: 'looks',
    usesSettings: false,
  },
  {
    name: 'demo',
    summary: 'The screen on a simulated host; or a recovery and a forced rebuild, as a story',
    description: [
      'Nothing is real: no device is touched, and no root is needed. On a terminal it opens the screen with five volumes, each in a different state.',
      'Without a terminal, or with --story, it plays a recovery and a forced rebuild, with the commands that a person would type.',
    ],
    options: [{ name: 'story', type: 'flag', description: 'Tell the story in text, without the screen.' }],
    examples: ['vdoctl demo', 'vdoctl demo --story'],
    json: 'document',
    effect: 'acts',
    usesSettings: false,
  },
];
