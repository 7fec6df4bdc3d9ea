import { Failure } from '../../model/problem.ts';
import { cleanup, needsCleanup } from '../../operations/cleanup.ts';
import type { Session } from '../../operations/session.ts';
import { findUnseen } from '../../operations/unseen.ts';
import { lookAtHost } from '../../stacks/host-look.ts';
import { actOnAll, actOnVolumes, type Selected } from '../act-on-volumes.ts';
import type { Context, Handler } from '../context.ts';

export const handle: Handler = async (context) => {
  const { call, host } = context;
  const all = call.flags.has('all');
  if (all === call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all, not both' });
  const interruptedImport = call.flags.has('complete-import') ? 'complete' : 'forget';
  const unfinished = call.flags.has('dismiss') ? 'dismiss' : 'settle';
  const takes = call.flags.has('entry-only') ? 'entry-only' : 'volume';
  if (takes === 'entry-only' && (all || interruptedImport === 'complete'))
    throw new Failure({
      kind: 'usage',
      message: '--entry-only is for volumes by name, and completes no import',
    });
  const action = (session: Session, name: string) =>
    cleanup(session, name, { interruptedImport, unfinished, takes });
  if (!all) return actOnVolumes(context, [...new Set(call.words)], action);
  if (!host.identity.isRoot) throw new Failure({ kind: 'not-root', doing: 'clean up volumes' });
  const nothing = 'Nothing is left of anything that was cut off.';
  return actOnAll(context, () => selectCutOff(context), action, nothing);
};

async function selectCutOff({ host }: Context): Promise<Selected> {
  const names: string[] = [];
  const look = await lookAtHost(host);
  for (const seen of look.seen) if (await needsCleanup(host, seen)) names.push(seen.volume.name);
  return { rounds: [names], unseen: findUnseen(look) };
}
