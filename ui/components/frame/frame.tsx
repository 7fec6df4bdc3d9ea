import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Scene } from '../../views/scene.ts';
import { toAscii } from '../../text/ascii.ts';
import { OneLine } from '../line/line.tsx';
import { TypedRow } from '../typed/typed.tsx';

export interface FrameProps {
  readonly scene: Scene;
  readonly onType: (text: string) => void;
}

/** The whole screen. Its rows fit in number and width, so that Ink clips nothing, which it does slowly. */
export function Frame({ scene: { rows, width, theme }, onType }: FrameProps): ReactElement {
  return (
    <Box flexDirection="column" width={width} height={rows.length}>
      {rows.map((row, index) =>
        'label' in row ? (
          // With a fixed key the field keeps its state when it moves to another row.
          <TypedRow
            key="typed"
            typed={theme.characters === 'ascii' ? { ...row, label: toAscii(row.label) } : row}
            width={width}
            onChange={onType}
          />
        ) : (
          <OneLine key={index} line={row} width={width} theme={theme} />
        ),
      )}
    </Box>
  );
}
