import { beforeEach, expect, test, vi } from 'vitest';

import { scenes } from './scenes.ts';
import { openSession, useManualTimers } from './session.ts';
import { toSvg } from './svg.ts';

beforeEach(() => {
  useManualTimers();
  return () => vi.useRealTimers();
});

// The pictures of the README. `npm run pictures` makes them anew.
test.each([
  ['overview', 13, 'The overview: what needs a person is on top'],
  ['volume-recovering', 26, 'A volume that recovers: everything that is known of it'],
  ['confirmation', 22, 'The plan of a forced rebuild: what may be lost, each step, and the name to type'],
  ['background', 12, 'Two operations go on while the list is shown'],
  ['steps', 13, 'A plan that is followed: its steps with their times, and the progress'],
])('%s', async (name, rows, title) => {
  const scene = scenes.find((each) => each.name === name);
  if (scene === undefined) throw new Error(`there is no scene ${name}`);
  const { story, lead } = scene;
  const size = { columns: 120, rows };
  const session = await openSession({ story, color: 'color', size, hostName: 'stor1' });
  await lead(session);
  await expect(toSvg(session.terminal, title)).toMatchFileSnapshot(`pictures/${name}.svg`);
  session.interrupting.abort('SIGTERM');
});
