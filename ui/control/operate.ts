import { backup } from '../../src/operations/backup/backup.ts';
import { cleanup } from '../../src/operations/cleanup.ts';
import { grow, set } from '../../src/operations/grow-and-set.ts';
import { create } from '../../src/operations/create.ts';
import { reclaim } from '../../src/operations/reclaim.ts';
import { recover } from '../../src/operations/recover.ts';
import { rehearse } from '../../src/operations/rehearse.ts';
import { remove } from '../../src/operations/remove.ts';
import { salvage } from '../../src/operations/salvage/salvage.ts';
import type { RehearsalAccount } from '../../src/model/rehearsal-account.ts';
import type { Session } from '../../src/operations/session.ts';
import { start, stop, type Started } from '../../src/operations/start-stop.ts';
import type { Request } from '../state/request.ts';

/** The outcome of an operation. Its words: `src/prose/outcomes.ts`. */
interface Done extends Pick<Started, 'mode' | 'recoveryPercent'> {
  readonly name: string;
  readonly outcome: string;
  readonly account?: RehearsalAccount;
}

/** Runs the same operation that the command line would call. */
export function operate(session: Session, request: Request): Promise<Done> {
  const { name } = request;
  switch (request.kind) {
    case 'start':
      return start(session, name, 'no');
    case 'stop':
      return stop(session, name);
    case 'recover':
      return recover(session, name, { forceRebuild: 'not-asked' });
    case 'rebuild':
      return recover(session, name, { forceRebuild: 'asked' });
    case 'rehearse':
      return rehearse(session, name, { afterwards: 'throw-away', changes: {} });
    case 'cleanup':
      return cleanup(session, name, { interruptedImport: 'forget', unfinished: 'settle' });
    case 'remove':
      return remove(session, name);
    case 'reclaim':
      return reclaim(session, name);
    case 'salvage':
      return salvage(session, name, {
        origin: request.origin,
        to: request.to,
        as: request.as,
        despite: undefined,
      });
    case 'backup':
      return backup(session, name, { to: request.to, keep: request.keep });
    case 'grow-physical':
      return grow(session, name, { kind: 'physical' });
    case 'grow-logical':
      return grow(session, name, { ...request.size, kind: 'logical', asked: name });
    case 'compression':
      return set(session, name, [{ key: 'compression', value: request.value }]);
    case 'create':
      return create(session, request.spec);
  }
}
