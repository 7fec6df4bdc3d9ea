import { setAside } from '../../model/preflight-schema.ts';
import { lowerFirst } from '../../operations/all.ts';
import { judgeRecovered, recover } from '../../operations/recover.ts';
import type { PreflightWish } from '../../operations/preflight.ts';
import { actOnNamedOrAll } from '../act-on-volumes.ts';
import type { Call } from '../arguments.ts';
import type { Handler } from '../context.ts';
import { usage } from '../usage.ts';

export const handle: Handler = (context) => {
  const { call } = context;
  const forceRebuild = call.flags.has('force-rebuild') ? 'asked' : 'not-asked';
  const preflight = readWish(call);
  return actOnNamedOrAll(
    context,
    lowerFirst('recover', (look, seen) => judgeRecovered(look, seen, { forceRebuild })),
    (session, name) => recover(session, name, { forceRebuild, preflight }),
    { order: 'side-by-side' },
  );
};

/** What was asked for before a forced rebuild; the parser took only words that are known. */
function readWish({ flags, texts }: Call): PreflightWish {
  const despite = texts.get('despite')?.split(',') ?? [];
  const extent = texts.get('scan') === 'full' ? 'full' : 'sample';
  if (!flags.has('force-rebuild') && (despite.length > 0 || extent === 'full'))
    usage('--scan and --despite are for a forced rebuild: give --force-rebuild, too');
  return { extent, despite: setAside.filter((reason) => despite.includes(reason)) };
}
