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

/** The widget hears of a character before we do: as many as can come in between must not make it wrap. */
const slack = 40;

/** A label, and a text that is being typed. Of one that is too long the end is seen, where it is typed. */
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
