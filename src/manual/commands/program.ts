import type { CommandManual } from '../blocks.ts';
import { statisticsSection } from '../statistics.ts';
import { lookingExits, tellingExits } from './exits.ts';

const nothing = 'Nothing: it does not look at any volume, and needs no root.';

const explain: CommandManual = {
  data: [nothing],
  exits: { ...tellingExits, 2: 'There is no such code.' },
  scripting: [
    'In the page that an alert sends, include `vdoctl explain` of the code that `vdoctl status --json` gives: it says what a person has to know at 3 a.m.',
  ],
  examples: [
    {
      session: `
# vdoctl explain 12
12: locked
Another vdoctl works on this volume; the message says which. Its lock ends with its process.
Next: Wait for it; vdoctl status does not need the lock.
`,
    },
  ],
  seeAlso: ['vdoctl-exit-codes(7)', 'vdoctl-runbook(7)'],
};

const config: CommandManual = {
  data: [nothing],
  exits: {
    ...tellingExits,
    2: 'The command line, the file or the environment is wrong: the message names the line or the variable.',
  },
  scripting: [
    'It checks the file: run `vdoctl config --quiet` after a change. It exits with 2 if every other call would.',
  ],
  files: [['/etc/vdoctl/vdoctl.conf', 'The settings of this host: vdoctl.conf(5).']],
  examples: [
    {
      session: `
# VDOCTL_TIMEOUT=1h vdoctl config --json | jq -c '.settings[0] | [.key, .value, .from, .where]'
["timeout","1h","environment","VDOCTL_TIMEOUT"]
`,
    },
  ],
  seeAlso: ['vdoctl.conf(5)'],
};

const metrics: CommandManual = {
  data: [
    'Nothing on any volume. With --output it replaces a file in one step: a reader sees the old file or the new one, never a part. Anything but a regular file is refused.',
    'It remembers in /run/vdoctl/progress.json how far a recovery was, so that the next call can see whether it has stalled.',
  ],
  exits: {
    ...lookingExits,
    0: 'What is known was printed, or written. `vdoctl_look_complete` is 0 if something could not be asked, as without root.',
    9: 'A program printed what vdoctl does not understand, or the file of --output cannot be written: it stays as it was.',
  },
  scripting: [
    'Write the file from a timer, for the textfile collector of node_exporter; once a minute is often enough, since recoveries and space change slowly. The rule VdoMetricsStale fires when the file is no longer written.',
    'What its disk counts, such as recoveries, and everything that can go down are gauges; what the kernel counts anew from each start of a volume is a counter. A number that is unknown in the current mode has no sample: a read-only volume has no used space.',
    'The text is for whoever reads the format 0.0.4 of Prometheus. A program that reads OpenMetrics alone takes it with --openmetrics.',
  ],
  sections: [statisticsSection],
  files: [
    ['/usr/share/vdoctl/prometheus/vdoctl.rules.yml', 'Alert rules over these metrics.'],
    ['/usr/share/vdoctl/grafana/vdoctl.json', 'A dashboard over these metrics.'],
  ],
  examples: [
    {
      session: `
# vdoctl metrics | grep '^vdoctl_volume_mode{volume="mail"'
vdoctl_volume_mode{volume="mail",mode="normal"} 0
vdoctl_volume_mode{volume="mail",mode="recovering"} 0
vdoctl_volume_mode{volume="mail",mode="read-only"} 1
`,
    },
    'A line in /etc/cron.d/vdoctl (cron finds nothing in /usr/sbin by itself):',
    {
      file: '* * * * * root /usr/sbin/vdoctl metrics --output /var/lib/prometheus/node-exporter/vdoctl.prom\n',
    },
  ],
  seeAlso: ['vdoctl-check(8)', 'vdoctl-status(8)', 'vdoctl.conf(5)'],
};

const schema: CommandManual = {
  data: [nothing],
  exits: { ...tellingExits, 2: 'There is no such kind.' },
  scripting: [
    'Each document that --json prints has the members schemaVersion and kind. Within one schemaVersion members are added and never change their meaning; so read those that you know, and ignore the others.',
  ],
  examples: [
    {
      session: `
# vdoctl schema volume-file | head -n 3
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
`,
    },
  ],
  seeAlso: ['vdoctl-list(8)', 'vdoctl-status(8)'],
};

const completion: CommandManual = {
  data: [
    nothing,
    'To complete a line, the script asks vdoctl for names. vdoctl looks at the host, changes nothing, and stops after a moment; without root it knows only what every user may know.',
  ],
  exits: { ...tellingExits, 2: 'There is no script for that shell.' },
  files: [
    [
      '/usr/share/bash-completion/completions/vdoctl',
      'Where bash finds it, if the package bash-completion is installed.',
    ],
    ['/usr/share/fish/vendor_completions.d/vdoctl.fish', 'Where fish finds it.'],
  ],
  examples: ['For one user only, in ~/.bashrc or ~/.zshrc:', { file: 'source <(vdoctl completion bash)\n' }],
  seeAlso: [],
};

const demo: CommandManual = {
  data: [nothing],
  exits: tellingExits,
  seeAlso: ['vdoctl-runbook(7)'],
};

/** About the program itself. */
export const programManuals: Readonly<Record<string, CommandManual>> = {
  explain,
  config,
  metrics,
  schema,
  completion,
  demo,
};
