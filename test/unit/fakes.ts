import type { Files, Reading } from '../../src/host/host.ts';
import type { TestHost } from '../simulated/test-host.ts';
import type { World } from '../../src/simulator/world/world.ts';
import type { Plan } from '../../src/model/plan.ts';
import { Failure, type Problem } from '../../src/model/problem.ts';
import { defaultSettings } from '../../src/model/settings.ts';
import type { OperationEvent, Session } from '../../src/operations/session.ts';

/** The content of a path: a text, a link, a block device by its number, or something that only root may read. */
export type Entry =
  string | { readonly link: string } | { readonly device: string } | { readonly forbidden: true };

/**
 * Files by their paths; the directories between them exist by themselves. A link resolves as the last part of a path or
 * as a part before it.
 */
export function createFakeFiles(entries: Readonly<Record<string, Entry>>): Files {
  const follow = (path: string): string => {
    for (const [place, entry] of Object.entries(entries)) {
      if (typeof entry === 'string' || !('link' in entry)) continue;
      if (path === place || path.startsWith(`${place}/`))
        return follow(entry.link + path.slice(place.length));
    }
    return path;
  };
  const isDirectory = (path: string): boolean =>
    Object.keys(entries).some((each) => each.startsWith(`${path}/`));
  const refuse = (): Reading<never> => ({ kind: 'failed', reason: 'not made for writing' });
  const reading: Pick<Files, 'readText' | 'list'> = {
    readText(path) {
      const entry = entries[follow(path)];
      if (typeof entry === 'string') return { kind: 'read', value: entry };
      return entry !== undefined && 'forbidden' in entry ? { kind: 'not-permitted' } : { kind: 'missing' };
    },
    list(path) {
      const place = follow(path);
      const entry = entries[place];
      if (typeof entry === 'object' && 'forbidden' in entry) return { kind: 'not-permitted' };
      const below = Object.keys(entries).filter((each) => each.startsWith(`${place}/`));
      const names = new Set(below.map((each) => each.slice(place.length + 1).split('/')[0] ?? ''));
      return names.size === 0 ? { kind: 'missing' } : { kind: 'read', value: [...names] };
    },
  };
  return {
    ...reading,
    readOwn: reading.readText,
    listOwn: reading.list,
    resolve(path) {
      const place = follow(path);
      return entries[place] === undefined && !isDirectory(place)
        ? { kind: 'missing' }
        : { kind: 'read', value: place };
    },
    describe(path) {
      const place = follow(path);
      const entry = entries[place];
      if (entry === undefined)
        return isDirectory(place) ? { kind: 'read', value: { type: 'directory' } } : { kind: 'missing' };
      if (typeof entry === 'object' && 'device' in entry)
        return { kind: 'read', value: { type: 'block-device', deviceNumber: entry.device } };
      return { kind: 'read', value: { type: 'file' } };
    },
    readLink(path) {
      const entry = entries[path];
      if (entry === undefined) return { kind: 'missing' };
      return typeof entry === 'object' && 'link' in entry
        ? { kind: 'read', value: entry.link }
        : { kind: 'failed', reason: 'EINVAL' };
    },
    writeAtomically: refuse,
    proveWritable: refuse,
    remove: refuse,
    beginRecord: refuse,
    continueRecord: refuse,
  };
}

/** Everything that operations on volumes can change, in one text. */
export function snapshot({ world }: TestHost): string {
  const files = world.files.filter(({ path }) => !/^\/(run|var)\//.test(path));
  return JSON.stringify([world.dmDevices, world.disks, world.mounts, files]);
}

export interface FakeSession extends Session {
  readonly events: OperationEvent[];
  /** The plans that need a confirmation. */
  readonly asked: Plan[];
  /** The plans that a dry run showed. */
  readonly shown: Plan[];
}

export interface SessionParameters {
  readonly timeoutMs?: number;
  readonly interrupted?: AbortSignal;
  readonly answer?: 'yes' | 'no';
  readonly dryRun?: true;
}

/** A session on a host; the answer to questions is yes, unless told otherwise. */
export function createSession(host: TestHost, parameters: SessionParameters = {}): FakeSession {
  const events: OperationEvent[] = [];
  const asked: Plan[] = [];
  const shown: Plan[] = [];
  const show = (plan: Plan): void => {
    shown.push(plan);
  };
  return {
    host,
    events,
    asked,
    shown,
    report: (event) => events.push(event),
    confirm: (plan) => {
      if (plan.confirm === undefined) return Promise.resolve();
      asked.push(plan);
      if (parameters.answer !== 'no') return Promise.resolve();
      return Promise.reject(new Failure({ kind: 'not-confirmed', name: plan.volume, doing: plan.operation }));
    },
    dryRun: parameters.dryRun === undefined ? undefined : show,
    deadlineMs: host.clock.elapsedMs() + (parameters.timeoutMs ?? 15 * 60_000),
    settings: defaultSettings,
    interrupted: parameters.interrupted ?? new AbortController().signal,
  };
}

/** A session in which the host changes before the answer, yes, is given. */
export function whileAsked(host: TestHost, meanwhile: (world: World) => void): Session {
  const session = createSession(host);
  const confirm: Session['confirm'] = async (...args) => {
    await session.confirm(...args);
    host.change(meanwhile);
  };
  return { ...session, confirm };
}

/** The problem that the work fails with; throws if the work succeeds, or fails in any other way. */
export async function problemOf(work: Promise<unknown>): Promise<Problem> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Failure) return error.problem;
    throw error;
  }
  throw new Error('it went well');
}
