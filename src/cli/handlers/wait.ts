import { awaitGoal, awaitStorage } from '../../operations/await.ts';
import type { Goal } from '../../operations/wait.ts';
import { actOnVolumes } from '../act.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const goal = context.call.texts.get('for') as Goal | 'storage';
  return actOnVolumes(context, context.call.words, async (session, name) => {
    const own = await (goal === 'storage' ? awaitStorage(session, name) : awaitGoal(session, name, goal));
    return { name: own, outcome: 'reached' };
  });
};
