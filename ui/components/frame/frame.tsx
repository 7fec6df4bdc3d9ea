import { Box } from 'ink';
import type { ReactElement } from 'react';
import type { Scene } from '../../views/scene.ts';
import { OneLine } from '../line/line.tsx';

export interface FrameProps {
  readonly scene: Scene;
}

/** The whole screen. Its rows fit in number and width, so that Ink clips nothing, which it does slowly. */
export function Frame({ scene: { rows, width, theme } }: FrameProps): ReactElement {
  return (
    <Box flexDirection="column" width={width} height={rows.length}>
      {rows.map((row, index) => (
        <OneLine key={index} line={row} width={width} theme={theme} />
      ))}
    </Box>
  );
}
