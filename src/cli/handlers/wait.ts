import { awaitGoal, awaitStorage } from '../../operations/await-goal.ts';
import type { Goal } from '../../operations/wait-for.ts';
import { actOnVolumes } from '../act-on-volumes.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const goal = context.call.texts.get('for') as Goal | 'storage';
  return actOnVolumes(context, context.call.words, async (session, name) => {
    const own = await (goal === 'storage' ? awaitStorage(session, name) : awaitGoal(session, name, goal));
    return { name: own, outcome: 'reached' };
  });
};
