import { expect, test } from 'vitest';

import { parseLinesOfAll } from '../../src/parse/dmsetup-lines.ts';
import { parseSnapshotRoom, parseThinPoolRoom } from '../../src/parse/dmsetup-room.ts';
import { findDiskErrors } from '../../src/parse/media-errors.ts';
import { parseSmart } from '../../src/parse/smartctl.ts';

test('the errors of disks in the kernel log, of old and new kernels', () => {
  const text = [
    '[    1.000000] sd 7:0:0:0: [sdd] tag#0 Add. Sense: Unrecovered read error',
    '[ 2545.428393] critical medium error, dev sdd, sector 4 op 0x0:(READ) flags 0x0 phys_seg 1 prio class 0',
    '[  368.433679] blk_update_request: critical medium error, dev sdc, sector 557528',
    '[  368.433692] md/raid:md0: read error not correctable (sector 555480 on sdc1).',
    '[    9.100000] I/O error, dev vdb, sector 20971512 op 0x1:(WRITE) flags 0x800 phys_seg 1 prio class 2',
    '[    9.200000] print_req_error: I/O error, dev nvme0n1, sector 40910720 flags 84700',
    '[    9.300000] Buffer I/O error on dev dm-0, logical block 12, async page read',
    '[    9.400000] critical target error, dev sda, sector 8 op 0x3:(DISCARD) flags 0x800 phys_seg 1 prio class 2',
    '',
  ].join('\n');
  expect(
    findDiskErrors(text).map(({ kind, disk, sector, operation }) => [kind, disk, sector, operation]),
  ).toEqual([
    ['medium', 'sdd', 4, 'READ'],
    ['medium', 'sdc', 557_528, undefined],
    ['other', 'vdb', 20_971_512, 'WRITE'],
    ['other', 'nvme0n1', 40_910_720, undefined],
  ]);
  expect(findDiskErrors(text)[1]?.line).toBe(
    'blk_update_request: critical medium error, dev sdc, sector 557528',
  );
});

test('a disk that smartctl does not know is no sick disk', () => {
  const text = JSON.stringify({
    json_format_version: [1, 0],
    smartctl: {
      version: [7, 4],
      messages: [{ string: '/dev/vdb: Unable to detect device type', severity: 'error' }],
      exit_status: 1,
    },
  });
  expect(parseSmart(text)).toEqual({ kind: 'untold', why: '/dev/vdb: Unable to detect device type' });
});

test('what is no answer of smartctl', () => {
  for (const text of ['', 'smartctl: not found', '[]', '{"smartctl": 3}'])
    expect(parseSmart(text)).toBeNull();
});

const attribute = (id: number, name: string, value: number) => ({ id, name, raw: { value } });

test.each([
  [
    'ATA, failing, with sectors that wait',
    {
      smart_status: { passed: false },
      ata_smart_attributes: {
        table: [
          attribute(5, 'Reallocated_Sector_Ct', 9),
          attribute(197, 'Current_Pending_Sector', 24),
          attribute(198, 'Offline_Uncorrectable', 0),
        ],
      },
    },
    false,
    ['Current_Pending_Sector 24'],
  ],
  [
    'NVMe, well',
    { smart_status: { passed: true }, nvme_smart_health_information_log: { media_errors: 0 } },
    true,
    [],
  ],
  [
    'NVMe that counts errors',
    { smart_status: { passed: true }, nvme_smart_health_information_log: { media_errors: 3 } },
    true,
    ['media_errors 3'],
  ],
  [
    'SCSI',
    { smart_status: { passed: true }, scsi_error_counter_log: { read: { total_uncorrected_errors: 1 } } },
    true,
    ['total_uncorrected_errors 1'],
  ],
] as const)('%s', (_what, more, passed, counts) => {
  const text = JSON.stringify({ smartctl: { exit_status: passed ? 0 : 8 }, ...more });
  expect(parseSmart(text)).toEqual({ kind: 'told', passed, counts });
});

const line = (text: string) => {
  const [row] = parseLinesOfAll('dmsetup', `${text}\n`).rows;
  if (row === undefined) throw new Error(text);
  return row;
};

const poolTable = line('below-thin-tpool: 0 2097152 thin-pool 253:2 253:3 128 0 1 error_if_no_space');

test.each([
  [
    '1 12/1024 16384/16384 - out_of_data_space discard_passdown error_if_no_space - 1024',
    'out_of_data_space',
    0,
  ],
  ['1 12/1024 16000/16384 - rw discard_passdown error_if_no_space - 1024', null, 384 * 65_536],
  ['1 12/1024 16000/16384 - rw discard_passdown queue_if_no_space needs_check 1024', 'needs_check', 0],
  ['1 12/1024 16000/16384 - ro discard_passdown queue_if_no_space - 1024', 'ro', 0],
  ['Fail', 'Fail', 0],
])('thin pool %s', (status, state, leftBytes) => {
  const row = line(`below-thin-tpool: 0 2097152 thin-pool ${status}`);
  expect(parseThinPoolRoom(row, poolTable)).toEqual({ state, leftBytes });
});

test('a thin pool that says something else has no room that anybody knows', () => {
  expect(parseThinPoolRoom(line('p: 0 2097152 thin-pool 1 2'), poolTable)).toBeUndefined();
});

test.each([
  ['16/2097152 8', { state: null, leftBytes: (2_097_152 - 16) * 512 }],
  ['Invalid', { state: 'Invalid', leftBytes: 0 }],
  ['Overflow', { state: 'Overflow', leftBytes: 0 }],
  ['Unknown', undefined],
])('snapshot %s', (status, room) => {
  expect(parseSnapshotRoom(line(`s: 0 2097152 snapshot ${status}`))).toEqual(room);
});
