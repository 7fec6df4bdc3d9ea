import fc from 'fast-check';
import { expect, test } from 'vitest';

import type { Files, Host } from '../../src/host/host.ts';
import { recordSchema } from '../../src/journal/schema.ts';
import { tellBegun, tellEnded } from '../../src/journal/system-log.ts';
import { OperationJournal } from '../../src/journal/write.ts';
import type { Command, CommandResult } from '../../src/model/command.ts';
import { rememberedSchema } from '../../src/model/remembered.ts';
import { writeMemory } from '../../src/stacks/dm/memory.ts';
import { createFakeFiles } from '../unit/fakes.ts';
import { arbitraryOf } from './arbitrary.ts';
import * as models from './models.ts';
import { expectAlike, expectTame } from './tame.ts';
import { calm, hostileText } from './text.ts';

/** A host that records what is written and which commands are run. */
function createKeeping(user: string, there: readonly string[] = []) {
  const written: string[] = [];
  const ran: Command[] = [];
  const done = { kind: 'read', value: undefined } as const;
  const append = (text: string) => {
    written.push(text);
    return done;
  };
  const files: Files = {
    ...createFakeFiles(Object.fromEntries(there.map((path) => [path, '']))),
    beginRecord: () => ({
      kind: 'read',
      value: { append, complete: () => done, close: () => undefined },
    }),
    writeAtomically: (_path, text) => append(text),
  };
  const host = {
    files,
    identity: { isRoot: true, user, hostName: user },
    clock: { now: () => 0 },
    run: (command: Command): Promise<CommandResult> => {
      ran.push(command);
      const outcome = { kind: 'exited', code: 0 } as const;
      return Promise.resolve({ command, outcome, stdout: '', stderr: '', startedAt: 0, durationMs: 0 });
    },
  } as unknown as Host;
  return { host, written, ran };
}

test('each record of a journal is one line that can be shown, and is read back as it was', () => {
  fc.assert(
    fc.property(models.plans, models.loggedCommands, hostileText, (plan, commands, text) => {
      const { host, written } = createKeeping(text);
      const journal = OperationJournal.begin(host, plan, [text]);
      journal.step({ way: 'forward', index: 0, title: text, state: 'begun' });
      for (const each of commands) journal.command({ ...each, stdout: text, stderr: text }, text);
      journal.end('put-back', text);
      for (const line of written) {
        expectTame(line);
        expect(line.split('\n')).toHaveLength(2);
      }
      const [begun, step, ...rest] = written.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(begun).toMatchObject({ user: text, host: text, plan, settles: [text] });
      expect(step).toMatchObject({ title: text });
      expect(rest.at(-1)).toMatchObject({ why: text });
      for (const record of rest) expect(recordSchema.safeParse(record).success).toBe(true);
    }),
  );
});

test('what is remembered can be shown, and is read back as it was', () => {
  fc.assert(
    fc.property(arbitraryOf(rememberedSchema), (remembered) => {
      const { host, written } = createKeeping('root');
      writeMemory(host.files, remembered);
      expectTame(written.join(''));
      expect(JSON.parse(written.join(''))).toEqual(remembered);
    }),
  );
});

/** What the system's log receives of an operation, through journald or through syslog. */
async function log(socket: string, plan: Parameters<typeof tellBegun>[2], text: string): Promise<string> {
  const { host, ran } = createKeeping(text, [socket]);
  await tellBegun(host, text, plan);
  await tellEnded(host, { id: text, outcome: 'half-done', why: text }, plan, undefined);
  return ran.map(({ args, input }) => `${args.join('\u0020')}\n${input ?? ''}`).join('');
}

test.each(['/run/systemd/journal/socket', '/dev/log'])(
  'the system’s log by %s takes a line for a field',
  async (socket) => {
    await fc.assert(
      fc.asyncProperty(models.plans, hostileText, async (plan, text) => {
        const [harmlessPlan, harmless] = calm([plan, text] as const);
        expectAlike(await log(socket, plan, text), await log(socket, harmlessPlan, harmless));
      }),
    );
  },
);
