import { describe, expect, test } from 'vitest';

import { volumeOperations } from '../../src/model/availability.ts';
import { judgeOperation } from '../../src/operations/availability.ts';
import { lookAtHost, type Look, type Seen } from '../../src/stacks/host-look.ts';
import { conditions } from './conditions.ts';
import { operationConditions } from './operation-conditions.ts';
import { createSimulatorWorld } from './simulator-world.ts';

/** What is told of an operation, in one line. */
function tell(look: Look, seen: Seen, operation: (typeof volumeOperations)[number]): string {
  const told = judgeOperation(look, seen, operation);
  if (told.kind === 'possible') return told.kind;
  if (told.kind === 'needless') return told.outcome;
  const { kind, ...facts } = told.problem;
  // When an operation began, and which process that was, is nothing to hold on to.
  return `${kind} ${JSON.stringify(facts)}`
    .replaceAll(/(?<= at )[-\dT:.]+Z/g, 'TIME')
    .replaceAll(/(?<=pid )\d+/g, 'N');
}

/** What is told of every operation: each answer with all that it is given to. */
function tellAll(look: Look, seen: Seen): string {
  const answers = volumeOperations.map((operation) => ({ operation, answer: tell(look, seen, operation) }));
  const lines = [...new Set(answers.map(({ answer }) => answer))].map((answer) => {
    const to = answers.filter((each) => each.answer === answer).map(({ operation }) => operation);
    return `${to.join(' ')}: ${answer}`;
  });
  return [`${seen.volume.name} (${seen.volume.stack}, ${seen.volume.state})`, ...lines].join('\n  ');
}

/**
 * That operations do what is told of them is tried in `availability.test.ts`; that the right thing is told stands in the
 * snapshot, to be read by whoever changes it.
 */
describe.each(['dm', 'lvm', 'manager'] as const)('what is told of a volume of the stack %s', (stack) => {
  const own = [...conditions, ...operationConditions].filter(({ stacks }) => stacks?.includes(stack) ?? true);
  test.each(own.map(({ what, arrange }) => [what, arrange] as const))('%s', async (_what, arrange) => {
    const world = createSimulatorWorld();
    const volume = await world.makeVolume({ stack });
    await arrange(volume, world);
    const look = await lookAtHost(world.host);
    expect(look.seen.map((seen) => tellAll(look, seen)).join('\n')).toMatchSnapshot();
  });
});
