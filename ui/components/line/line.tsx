import { Text } from 'ink';
import { memo, type ReactElement } from 'react';
import { toAscii } from '../../text/ascii.ts';
import { cutLine, type ScreenLine } from '../../text/line.ts';
import type { Theme } from '../../theme/theme.ts';

interface OneLineProps {
  readonly line: ScreenLine;
  /** In columns. A longer line is cut. */
  readonly width: number;
  readonly theme: Theme;
}

/** A line of text. An empty line is drawn as a space, because an empty text has no height. */
export const OneLine = memo(function OneLine({ line, width, theme }: OneLineProps): ReactElement {
  const spans = cutLine(line, width).filter(({ text }) => text !== '');
  if (spans.length === 0) return <Text> </Text>;
  return (
    <Text wrap="truncate">
      {spans.map(({ text, tone }, index) => (
        <Text key={index} {...theme.looks[tone]}>
          {theme.characters === 'ascii' ? toAscii(text) : text}
        </Text>
      ))}
    </Text>
  );
});
