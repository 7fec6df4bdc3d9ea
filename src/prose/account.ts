import type { Paths } from '../model/account-schema.ts';
import { formatBytes } from '../model/size.ts';
import type { RehearsalAccount } from '../model/rehearsal-account.ts';

/** What a rehearsal shows, in lines: each device, and beneath it what is not as it should be. */
export function describeAccount({ devices }: RehearsalAccount): string[] {
  return devices.flatMap((device) => [
    describeDevice(device),
    ...listTrouble(device).map((line) => `  ${line}`),
  ]);
}

type Device = RehearsalAccount['devices'][number];

function describeDevice({ name, holds, tree, check }: Device): string {
  const parts = [holds];
  if (check !== null) parts.push(describeCheck(check));
  if (tree === null) parts.push(check === null ? 'nothing to mount' : 'it does not mount');
  else {
    parts.push(`${countFiles(tree.files)} (${formatBytes(tree.bytes)}) read`);
    if (tree.unreadable.count === 0) parts.push('none unreadable');
    if (tree.compared !== null && tree.compared.missing.count + tree.compared.differing.count === 0)
      parts.push('nothing missing and nothing different from what the volume shows');
  }
  return `${name}: ${parts.join('; ')}`;
}

function countFiles(count: number): string {
  return count === 1 ? '1 file' : `${String(count)} files`;
}

function describeCheck({ program, verdict, said }: NonNullable<Device['check']>): string {
  switch (verdict) {
    case 'clean':
      return `${program} finds nothing`;
    case 'errors':
      return `${program} finds errors`;
    case 'not-checked':
      return `not checked by ${program} (${said.join(' ')})`;
  }
}

function listTrouble({ tree, check }: Device): string[] {
  const said = check?.verdict === 'errors' ? check.said.map((line) => `${check.program}: ${line}`) : [];
  if (tree === null) return said;
  const { unreadable, compared } = tree;
  return [
    ...said,
    ...listPaths('cannot be read', unreadable),
    ...(compared === null
      ? []
      : [
          ...listPaths('only on the volume that runs', compared.missing),
          ...listPaths('different from the volume that runs', compared.differing),
          ...listPaths('only on the rehearsal', compared.more),
          ...listPaths('not compared, since the volume that runs cannot read it', compared.uncompared),
        ]),
  ];
}

const mostShown = 10;

function listPaths(what: string, { count, names }: Paths): string[] {
  if (count === 0) return [];
  const shown = names.slice(0, mostShown);
  const more = count - shown.length;
  const rest = more > 0 ? [`  and ${String(more)} more`] : [];
  return [`${what}: ${String(count)}`, ...shown.map((name) => `  ${name}`), ...rest];
}
