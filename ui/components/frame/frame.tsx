import { Box } from 'ink';
import type { ReactElement } from 'react';
import { heightOf } from '../../state/rows.ts';
import { viewOf, type State } from '../../state/state.ts';
import { blank, type Line } from '../../text/line.ts';
import { findFieldLine } from '../../views/form.ts';
import { linesOf } from '../../views/lines.ts';
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
  const at = view.kind === 'form' && typed !== undefined ? findFieldLine(state, view.form) : undefined;
  const info =
    typed !== undefined && at === undefined ? (
      typed
    ) : (
      <OneLine line={infoLine(state)} width={width} theme={theme} />
    );
  const lines = bodyLines(state, heightOf(state) - 3);
  const draw = (part: readonly Line[]): ReactElement => <Lines lines={part} width={width} theme={theme} />;
  return (
    <Box flexDirection="column" width={width} height={heightOf(state)} overflow="hidden">
      <OneLine line={titleLine(state)} width={width} theme={theme} />
      {at === undefined ? draw(lines) : [draw(lines.slice(0, at)), typed, draw(lines.slice(at + 1))]}
      {info}
      <OneLine line={footerLine(state)} width={width} theme={theme} />
    </Box>
  );
}

/** The part of the view that is seen, filled up to the height that there is for it. */
function bodyLines(state: State, height: number): readonly Line[] {
  const view = viewOf(state);
  const all = linesOf(state);
  const scroll = 'scroll' in view ? Math.max(0, Math.min(view.scroll, all.length - height)) : 0;
  const seen = all.slice(scroll, scroll + height);
  return [...seen, ...Array.from({ length: Math.max(0, height - seen.length) }, () => blank)];
}
