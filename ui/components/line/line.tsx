import { Text } from 'ink';
import { memo, type ReactElement } from 'react';
import { cutLine, type ScreenLine } from '../../text/line.ts';
import type { Theme } from '../../theme/theme.ts';

interface OneLineProps {
  readonly line: ScreenLine;
  /** Columns: what is longer is cut. */
  readonly width: number;
  readonly theme: Theme;
}

/** A line of text, whatever it holds. An empty one is a space: an empty text has no height. */
export const OneLine = memo(function OneLine({ line, width, theme }: OneLineProps): ReactElement {
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
});
