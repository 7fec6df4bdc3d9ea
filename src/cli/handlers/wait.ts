import { lowerFirst } from '../../operations/all.ts';
import { awaitGoal, awaitStorage, judgeReached } from '../../operations/await-goal.ts';
import type { Goal } from '../../operations/wait-for.ts';
import { actOnNamedOrAll } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const goal = context.call.texts.get('for') as Goal | 'storage';
  // One limit for all: while one is waited for, the work in the kernel goes on for the others, too.
  const deadlineMs = context.host.clock.elapsedMs() + context.settings.timeout;
  return actOnNamedOrAll(
    context,
    lowerFirst('wait for', (look, seen) => judgeReached(look, seen, goal)),
    async (given, name) => {
      const session = { ...given, deadlineMs };
      const own = await (goal === 'storage' ? awaitStorage(session, name) : awaitGoal(session, name, goal));
      return { name: own, outcome: 'reached' };
    },
    { order: 'at-once' },
  );
};
