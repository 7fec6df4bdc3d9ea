import type { CommandManual } from '../blocks.ts';
import { statisticsSection } from '../statistics.ts';
import { lookingExits, tellingExits } from './exits.ts';

const nothing = 'Nothing: it does not look at any volume, and needs no root.';

const explain: CommandManual = {
  data: [nothing],
  exits: { ...tellingExits, 2: 'There is no such code.' },
  scripting: [
    'For the page of an alert: what a person has to know at 3 a.m. is `vdoctl explain` of the code that `vdoctl status --json` gives.',
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
    2: 'The words of the call are off, or the file or the environment is: the message names the line or the variable.',
  },
  scripting: [
    'It checks the file: after a change, `vdoctl config --quiet` answers 2 for what every other call would answer 2 for.',
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
    'Nothing on any volume. With --output a file is replaced: the one that is there or the new one is read, never a part of one; what is no regular file is refused.',
    'It remembers in /run/vdoctl/progress.json how far a recovery was, so that the next call can tell whether it has stalled.',
  ],
  exits: {
    ...lookingExits,
    0: 'What is known was printed, or written. `vdoctl_look_complete` is 0 where something could not be asked, as without root.',
    9: 'A program printed what is not understood, or the file of --output cannot be written: it stays as it was.',
  },
  scripting: [
    'A timer writes it for the textfile collector of node_exporter; once a minute is often enough, since recoveries and space change slowly. The rule VdoMetricsStale tells when nobody does any more.',
    'What its disk counts, such as recoveries, and everything that can go down are gauges; what the kernel counts anew from each start of a volume is a counter. A number that has no meaning in the present mode has no sample: a volume that is read-only has no used space.',
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
    'Each document that --json prints has the members schemaVersion and kind. Within one schemaVersion members are added and never change their meaning; so read those that you know, and pass over the others.',
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
    'While a line is completed the script asks vdoctl for names. That looks at the host, and changes nothing; it gives up after a moment, and without root it knows what anybody may know.',
  ],
  exits: { ...tellingExits, 2: 'There is no script for that shell.' },
  files: [
    [
      '/usr/share/bash-completion/completions/vdoctl',
      'Where bash finds it, with the package bash-completion.',
    ],
    ['/usr/share/fish/vendor_completions.d/vdoctl.fish', 'Where fish finds it.'],
  ],
  examples: ['For one user alone, in ~/.bashrc or ~/.zshrc:', { file: 'source <(vdoctl completion bash)\n' }],
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
