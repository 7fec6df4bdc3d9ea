import { Box, Text } from 'ink';
import type { ReactElement } from 'react';
import { cutLine, type Line } from '../../text/line.ts';
import type { Theme } from '../../theme/theme.ts';

export interface LinesProps {
  readonly lines: readonly Line[];
  /** Columns: what is longer is cut. */
  readonly width: number;
  readonly theme: Theme;
}

/** Lines of text, each on a line of its own, whatever it holds. */
export function Lines({ lines, width, theme }: LinesProps): ReactElement {
  return (
    <Box flexDirection="column" flexShrink={0}>
      {lines.map((line, index) => (
        <OneLine key={index} line={line} width={width} theme={theme} />
      ))}
    </Box>
  );
}

interface OneLineProps {
  readonly line: Line;
  readonly width: number;
  readonly theme: Theme;
}

/** An empty line is a space: an empty text has no height. */
export function OneLine({ line, width, theme }: OneLineProps): ReactElement {
  const spans = cutLine(line, width).filter(({ text }) => text !== '');
  if (spans.length === 0) return <Text> </Text>;
  return (
    <Text wrap="truncate">
      {spans.map(({ text, tone }, index) => (
        <Text key={index} {...theme.looks[tone]}>
          {text}
        </Text>
      ))}
    </Text>
  );
}
