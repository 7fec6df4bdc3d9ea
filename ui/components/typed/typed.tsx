import { TextInput } from '@inkjs/ui';
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { widthOf } from '../../text/cells.ts';
import type { Typed } from '../../views/typed.ts';

export interface TypedRowProps {
  readonly typed: Typed;
  /** Columns of the whole row. */
  readonly width: number;
  readonly onChange: (text: string) => void;
}

/** Spare columns: the widget hears of characters before we do, and must not wrap at those that come in between. */
const slack = 40;

/** A label, and the text that is being typed. A text that is too long shows its end, where the typing happens. */
export function TypedRow({ typed: { key, label, value }, width, onChange }: TypedRowProps): ReactElement {
  const room = Math.max(1, width - widthOf(label));
  // The cursor takes a column.
  const taken = widthOf(value) + 1;
  return (
    <Box flexShrink={0} height={1} width={width} overflow="hidden">
      <Box flexShrink={0}>
        <Text bold>{label}</Text>
      </Box>
      <Box width={room} overflow="hidden">
        <Box flexShrink={0} width={Math.max(room, taken) + slack} marginLeft={Math.min(0, room - taken)}>
          <TextInput key={key} defaultValue={value} onChange={onChange} />
        </Box>
      </Box>
    </Box>
  );
}
