import { formatCommand } from '../../src/model/command.ts';
import { describeCopySource } from '../../src/prose/copy-advice.ts';
import type { State, View } from '../state/state.ts';
import { blank, line, paragraph, type ScreenLine } from '../text/line.ts';

/** How to copy the data off before a forced rebuild, while it can still be read. */
export function adviceLines(
  { size: { columns } }: State,
  { name, advice }: Extract<View, { kind: 'advice' }>,
): ScreenLine[] {
  const head = [
    ...paragraph('A forced rebuild can lose data. Copy it off first: reads still work.', columns, {
      indent: 2,
      tone: 'critical',
    }),
    blank,
  ];
  if (advice === undefined) return [...head, line(`  Looking at what lies on ${name}…`, 'dim')];
  const parts = advice.flatMap(({ about, commands }) => [
    ...paragraph(describeCopySource(about), columns, { indent: 2, tone: 'strong' }),
    ...commands.flatMap((command) => paragraph(formatCommand(command), columns, { indent: 6 })),
    blank,
  ]);
  const end =
    'R tries the rebuild on a throw-away overlay, and shows what it would give. Enter shows the plan of the forced rebuild; nothing is changed before you confirm it there.';
  return [...head, ...parts, ...paragraph(end, columns, { indent: 2 })];
}
