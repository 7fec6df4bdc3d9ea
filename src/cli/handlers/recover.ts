import { setAside } from '../../model/preflight-schema.ts';
import { Failure } from '../../model/problem.ts';
import { everyVolume } from '../../operations/all.ts';
import { recover } from '../../operations/recover.ts';
import type { PreflightWish } from '../../operations/preflight.ts';
import type { Session } from '../../operations/session.ts';
import { actOnSelected, actOnVolumes } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import type { Handler } from '../context.ts';
import { usage } from '../usage.ts';

export const handle: Handler = async (context) => {
  const { call } = context;
  const all = call.flags.has('all');
  if (all && call.words.length > 0)
    throw new Failure({ kind: 'usage', message: 'give either volumes or --all' });
  if (!all && call.words.length === 0)
    throw new Failure({ kind: 'usage', message: 'name a volume, or give --all' });
  const forceRebuild = call.flags.has('force-rebuild') ? 'asked' : 'not-asked';
  const preflight = readWish(call);
  const action = (session: Session, name: string) => recover(session, name, { forceRebuild, preflight });
  if (!all) return actOnVolumes(context, [...new Set(call.words)], action);
  return actOnSelected(context, everyVolume, action, 'No VDO volumes.');
};

/** What was asked for before a forced rebuild; the parser took only words that are known. */
function readWish({ flags, texts }: Call): PreflightWish {
  const despite = texts.get('despite')?.split(',') ?? [];
  const extent = texts.get('scan') === 'full' ? 'full' : 'sample';
  if (!flags.has('force-rebuild') && (despite.length > 0 || extent === 'full'))
    usage('--scan and --despite are for a forced rebuild: give --force-rebuild, too');
  return { extent, despite: setAside.filter((reason) => despite.includes(reason)) };
}
