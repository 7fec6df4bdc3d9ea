import { formatCommand, type Command, type CommandOutcome, type CommandResult } from '../../model/command.ts';
import type { Clock, RunOptions } from '../../host/host.ts';
import type { WorldKeeper } from '../world/world-keeper.ts';
import type { Programs } from './installed-programs.ts';
import { succeed, type Answer } from './program-call.ts';
import type { World } from '../world/world.ts';

/**
 * One command, from its start to its result. Its time limit counts what the program itself takes and waits for, not
 * what the real machine is busy with meanwhile: at a high speed, a moment of that would be longer than any limit.
 */
export class Run {
  private readonly keeper: WorldKeeper;
  private readonly clock: Clock;
  private readonly isRoot: boolean;
  private readonly programs: Programs;
  private waitedMs = 0;

  constructor(keeper: WorldKeeper, clock: Clock, isRoot: boolean, programs: Programs) {
    this.keeper = keeper;
    this.clock = clock;
    this.isRoot = isRoot;
    this.programs = programs;
  }

  async run(
    command: Command,
    fault: Fault | undefined,
    options: RunOptions | undefined,
  ): Promise<CommandResult> {
    const startedAt = this.keeper.now();
    const finish = (outcome: CommandOutcome, texts: { stdout?: string; stderr?: string }): CommandResult => ({
      command,
      outcome,
      stdout: texts.stdout ?? '',
      stderr: texts.stderr ?? '',
      startedAt,
      durationMs: this.keeper.now() - startedAt,
    });
    if (fault !== undefined && fault.work !== 'done') return finish(fault.outcome, fault);
    const answer = await this.answerWhenItCan(command, options);
    if (answer === undefined) return finish({ kind: 'not-installed' }, {});
    const leftMs = command.timeLimitMs - this.waitedMs;
    const answeredAt = this.keeper.now();
    const waitMs = Math.min(answer.durationMs, leftMs);
    await this.takeTime(answer, waitMs, options);
    const wasCutShort = options?.signal?.aborted === true && this.keeper.now() - answeredAt < waitMs;
    if (fault !== undefined) return finish(fault.outcome, fault);
    if (!wasCutShort && answer.durationMs <= leftMs)
      return finish({ kind: 'exited', code: answer.code }, answer);
    return finish(this.giveUp(command, answer, options), {});
  }

  private async takeTime(
    { work }: Answer,
    waitMs: number,
    { signal, onLine }: RunOptions = {},
  ): Promise<void> {
    if (work === undefined) return this.clock.sleep(waitMs, signal);
    const beganAt = this.keeper.now();
    for (let at = beganAt; at < beganAt + waitMs && signal?.aborted !== true;) {
      await this.clock.sleep(Math.min(work.everyMs, beganAt + waitMs - at), signal);
      const passedMs = this.keeper.now() - at;
      at += passedMs;
      for (const line of this.keeper.change((world) => work.go(world, passedMs))) onLine?.(line);
    }
  }

  /** A program that waits for a lock does nothing until it has the lock. If the caller gives up, it never does. */
  private async answerWhenItCan(
    command: Command,
    options: RunOptions | undefined,
  ): Promise<Answer | undefined> {
    for (;;) {
      const ask = (world: World): Answer | undefined => this.answer(world, command);
      const answer = leavesTraces(command) ? this.keeper.change(ask) : ask(this.keeper.look());
      if (answer?.askAgainAfterMs === undefined) return answer;
      const leftMs = command.timeLimitMs - this.waitedMs;
      if (answer.askAgainAfterMs > leftMs) return { ...answer, durationMs: Infinity };
      await this.clock.sleep(answer.askAgainAfterMs, options?.signal);
      this.waitedMs += answer.askAgainAfterMs;
      if (options?.signal?.aborted === true) return { ...answer, durationMs: Infinity };
    }
  }

  private answer(world: World, command: Command): Answer | undefined {
    if (world.notInstalled.includes(command.file)) return undefined;
    if (world.hung?.includes(command.file) === true)
      return { ...succeed(), durationMs: Infinity, unkillable: true };
    const program = this.programs[command.file];
    if (program === undefined)
      throw new Error(`the simulated host has no program for: ${formatCommand(command)}`);
    return program({ world, command, args: command.args, isRoot: this.isRoot, waitedMs: this.waitedMs });
  }

  /** Leaves the program running or kills it, as the command says. */
  private giveUp(command: Command, answer: Answer, options: RunOptions | undefined): CommandOutcome {
    const pid = this.keeper.change((world) => {
      world.nextPid += 1;
      return world.nextPid;
    });
    const isAborted = options?.signal?.aborted === true;
    const isEnded = options?.ifStopped === 'killed';
    if (isAborted && command.effect === 'looks') return { kind: 'aborted' };
    if (!isEnded && (isAborted || command.atTimeLimit === 'leave')) return { kind: 'left-running', pid };
    this.keeper.change((world) => answer.whenKilled?.(world));
    if (isAborted)
      return answer.unkillable === true ? { kind: 'aborted', stuckPid: pid } : { kind: 'aborted' };
    return { kind: 'timed-out', pid, ended: answer.unkillable !== true };
  }
}

/**
 * Whether the world may be another after the command. Some that only look leave something behind: a line in a log, the
 * one place for messages taken, files of the manager's own.
 */
function leavesTraces({ effect, file, args }: Command): boolean {
  return effect === 'changes' || ['logger', 'vdo'].includes(file) || args[0] === 'message';
}

/** The outcome that a command gets in place of its own. */
export interface Fault extends Partial<Pick<CommandResult, 'stdout' | 'stderr'>> {
  readonly outcome: CommandOutcome;
  /** Whether the command does its work before it fails. Default: it does not. */
  readonly work?: 'done' | 'not-done';
}
