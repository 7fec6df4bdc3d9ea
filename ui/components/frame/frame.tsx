import { Box } from 'ink';
import type { ReactElement } from 'react';
import { heightOf } from '../../state/rows.ts';
import { viewOf, type State } from '../../state/state.ts';
import type { Line } from '../../text/line.ts';
import { findField as findFieldOf } from '../../views/form.ts';
import { openWindow } from '../../views/window.ts';
import { footerLine, infoLine } from '../footer/footer.ts';
import { Lines, OneLine } from '../lines/lines.tsx';
import { titleLine } from '../title/title.ts';
import { findField, Typed } from '../typed/typed.tsx';

export interface FrameProps {
  readonly state: State;
  readonly onType: (text: string) => void;
}

/** The whole screen: title, what the view has to say, what is typed, keys. Exactly as high as there is room. */
export function Frame({ state, onType }: FrameProps): ReactElement {
  const { theme, size } = state;
  const width = size.columns;
  const field = findField(state);
  const typed = field === undefined ? undefined : <Typed field={field} onChange={onType} />;
  const view = viewOf(state);
  const { lines, top } = openWindow(state);
  const at =
    view.kind === 'form' && typed !== undefined ? findFieldOf(state, view.form).line - top : undefined;
  const info =
    typed !== undefined && at === undefined ? (
      typed
    ) : (
      <OneLine line={infoLine(state)} width={width} theme={theme} />
    );
  const draw = (part: readonly Line[]): ReactElement => <Lines lines={part} width={width} theme={theme} />;
  return (
    <Box flexDirection="column" width={width} height={heightOf(state)} overflow="hidden">
      <OneLine line={titleLine(state)} width={width} theme={theme} />
      {draw(lines.slice(0, at))}
      {at !== undefined && typed}
      {at !== undefined && draw(lines.slice(at + 1))}
      {info}
      <OneLine line={footerLine(state)} width={width} theme={theme} />
    </Box>
  );
}
