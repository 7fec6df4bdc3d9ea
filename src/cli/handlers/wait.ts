import { awaitGoal } from '../../operations/await.ts';
import type { Goal } from '../../operations/wait.ts';
import { actOnVolumes } from '../act.ts';
import type { Handler } from '../context.ts';

export const handle: Handler = (context) => {
  const goal = context.call.texts.get('for') as Goal;
  return actOnVolumes(context, context.call.words, async (session, name) => {
    return { name: await awaitGoal(session, name, goal), outcome: 'reached' };
  });
};
