import { TextInput } from '@inkjs/ui';
import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import type { Typed } from '../../views/typed.ts';

export interface TypedRowProps {
  readonly typed: Typed;
  readonly onChange: (text: string) => void;
}

/** A label, and a text that is being typed. */
export function TypedRow({ typed: { key, label, value }, onChange }: TypedRowProps): ReactElement {
  return (
    <Box flexShrink={0} height={1} overflow="hidden">
      <Text bold>{label}</Text>
      <TextInput key={key} defaultValue={value} onChange={onChange} />
    </Box>
  );
}
