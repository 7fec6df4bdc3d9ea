import { describe, expect, test } from 'vitest';
import type { Geometry } from '../../src/model/disk.ts';
import { parseGeometry, parseSuperBlock } from '../../src/parse/disk.ts';
import { parseDeps } from '../../src/parse/dmsetup-deps.ts';
import { parseRaidStatus } from '../../src/parse/dmsetup-raid.ts';
import { parseVdoStatus, parseVdoStatusOf } from '../../src/parse/dmsetup-status.ts';
import { formatVdoTable, parseTable, parseTableOf, parseVdoTable } from '../../src/parse/dmsetup-table.ts';
import { findVdoLogLines } from '../../src/parse/kernel-log.ts';
import { parseLvmReport } from '../../src/parse/lvm-report.ts';
import { parseMountinfo } from '../../src/parse/mountinfo.ts';
import { parseConfigMessage, parseStatsMessage } from '../../src/parse/stats-message.ts';
import { parseVdoConf } from '../../src/parse/vdoconf.ts';
import { isNoVolumes, parseVdostats } from '../../src/parse/vdostats.ts';
import { numbersIn, strictly, wholly } from './expect-failure.ts';
import { asFullReport } from './lvs.ts';
import { readHexDump, recorded, recordings, type Recording } from './recordings.ts';

/** The recording of the geometry block that belongs to the recorded super block, by directory. */
const geometries: Readonly<Record<string, string>> = {
  dm: 'dm/56',
  'kvdo-6.2': 'kvdo-6.2/32',
  'kvdo-8.2': 'kvdo-8.2/11-',
};
const geometryOf = ({ name }: Recording): Geometry =>
  parseGeometry(readHexDump(recorded(geometries[name.split('/')[0] ?? ''] ?? '').stdout));

/** The parser for each command that vdoctl runs, by the beginning of the command; the first match is taken. */
const routes: readonly (readonly [command: RegExp, parse: (recording: Recording) => unknown])[] = [
  [/^dmsetup status( --target vdo)?$/, ({ stdout }) => strictly(parseVdoStatus)(stdout)],
  [/^dmsetup status \S+$/, ({ argv, stdout }) => wholly(parseVdoStatusOf(argv[2] ?? '', stdout))],
  [/^dmsetup status --target raid$/, ({ stdout }) => parseRaidStatus(stdout)],
  [/^dmsetup table$/, ({ stdout }) => parseTable(stdout)],
  [/^dmsetup table my-vdo$/, ({ argv, stdout }) => parseTableOf(argv[2] ?? '', stdout).map(parseVdoTable)],
  [/^dmsetup table \S+$/, ({ argv, stdout }) => parseTableOf(argv[2] ?? '', stdout)],
  [/^dmsetup deps /, ({ stdout }) => parseDeps(stdout)],
  [/^dmsetup message \S+ 0 stats$/, ({ argv, stdout }) => wholly(parseStatsMessage(argv[2] ?? '', stdout))],
  [/^dmsetup message \S+ 0 config$/, ({ stdout }) => parseConfigMessage(stdout)],
  [/^vdostats --verbose/, ({ stdout }) => strictly(parseVdostats)(stdout)],
  [/^lvs .*--reportformat json --units b/, ({ stdout }) => strictly(parseLvmReport)(asFullReport(stdout))],
  [/^lvm fullreport /, ({ stdout }) => strictly(parseLvmReport)(stdout)],
  [/^od .* \/tmp\/geo$/, ({ stdout }) => parseGeometry(readHexDump(stdout))],
  [/^od .* \/tmp\/sb$/, (recording) => parseSuperBlock(readHexDump(recording.stdout), geometryOf(recording))],
  [/^cat \/proc\/self\/mountinfo$/, ({ stdout }) => parseMountinfo(stdout)],
  [/^cat \/etc\/vdoconf\.yml$/, ({ stdout }) => strictly(parseVdoConf)(stdout)],
  [/^sh -c dmesg/, ({ stdout }) => findVdoLogLines(stdout)],
];

const routed = recordings.flatMap((recording) => {
  const route = routes.find(([command]) => command.test(recording.argv.join(' ')));
  return route === undefined ? [] : [{ recording, command: route[0], parse: route[1] }];
});
const parsed = routed.filter(({ recording }) => recording.code === 0);

describe('every recording of a command that vdoctl runs', () => {
  test.each(parsed)('$recording.name is understood', ({ recording, parse }) => {
    for (const each of numbersIn(parse(recording))) expect(each).toBeGreaterThanOrEqual(0);
  });

  test('has a parser, and none was missed', () => {
    expect(recordings).toHaveLength(430);
    expect(parsed).toHaveLength(151);
    const met = new Set(parsed.map(({ command }) => command));
    expect(routes.filter(([command]) => !met.has(command))).toEqual([]);
  });

  test('that failed is of a wrong name, a host without volumes, or a message that the kernel does not know', () => {
    const failed = routed.filter(({ recording }) => recording.code !== 0);
    expect(failed.map(({ recording }) => recording.name)).toEqual([
      'dm/07-none-vdostats-verbose',
      'dm/24-wrong-name',
      'kvdo-6.2/17-normal-stats-msg',
      'kvdo-6.2/18-normal-config-msg',
      'kvdo-8.2/07-none-vdostats-verbose',
      'kvdo-8.2/22-normal-config-msg',
      'lvm/53-fullreport-segtype-in-lv',
    ]);
  });
});

test('every vdo table that was loaded can be taken apart and put together again', () => {
  const tables = recordings.flatMap(({ argv, stdout, code }) => {
    const at = argv.indexOf('--table');
    const name = argv[2] ?? '';
    if (at !== -1 && code === 0) return parseTableOf(name, `${argv[at + 1] ?? ''}\n`);
    if (argv[1] !== 'table' || code !== 0) return [];
    return argv.length === 2 ? parseTable(stdout) : parseTableOf(name, stdout);
  });
  const vdo = tables.filter(({ target }) => target === 'vdo');
  expect(vdo).toHaveLength(31);
  for (const line of vdo) expect(formatVdoTable(parseVdoTable(line))).toBe(line.parameters);
});

test.each(['dm/06', 'dm/07', 'kvdo-8.2/06', 'kvdo-8.2/07'])('%s says that there are no volumes', (name) => {
  expect(isNoVolumes(recorded(name).stderr)).toBe(true);
});

test.each(['dm/24', 'dm/25'])('%s says something else', (name) => {
  expect(isNoVolumes(recorded(name).stderr)).toBe(false);
});
