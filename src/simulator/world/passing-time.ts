import { findDm } from './devices.ts';
import { createDevice, removeDevice } from './dm.ts';
import { listThaws } from '../programs/freezing.ts';
import { sayToTarget } from '../programs/dmsetup-message.ts';
import { finishJob, jobEndsAt } from '../programs/manager/job.ts';
import { continueVdoStart, finishVdoStart } from './vdo-start.ts';
import {
  finishRecovery,
  holdRecovery,
  noticeFailures,
  recoveryEndsAt,
  storageFailsAt,
} from './vdo-running.ts';
import type { DmDevice, World } from './world.ts';

/** Something that happens by itself when its time has come. */
interface Due {
  readonly at: number;
  happen(): void;
}

/** Nothing happens by itself before a time, if nobody changes the world: its clock moves on, and its recoveries do. */
export interface Quiet {
  readonly until: number;
  readonly recovering: readonly DmDevice[];
}

/**
 * Lets time pass until `until`. Everything that is due by then happens, in order.
 *
 * @returns the quiet that follows; undefined if anything happened, which may bring more with it
 */
export function passTime(world: World, until: number): Quiet | undefined {
  let happened = wakeHangingStarts(world);
  happened = noticeFailures(world) || happened;
  for (let due = findNext(world); due !== undefined && due.at <= until; due = findNext(world)) {
    moveTo(world, due.at, world.dmDevices);
    due.happen();
    noticeFailures(world);
    happened = true;
  }
  moveTo(world, until, world.dmDevices);
  if (happened) return undefined;
  const recovering = world.dmDevices.filter(({ vdo }) => vdo?.scrub !== undefined);
  return { until: findNext(world)?.at ?? Infinity, recovering };
}

/** Lets time pass until `until`, which is within the quiet. */
export function passQuietly(world: World, until: number, { recovering }: Quiet): void {
  moveTo(world, until, recovering);
}

function moveTo(world: World, wanted: number, devices: readonly DmDevice[]): void {
  const at = Math.max(world.now, wanted);
  const elapsedMs = at - world.now;
  world.now = at;
  for (const dm of devices) holdRecovery(world, dm, elapsedMs);
}

function findNext(world: World): Due | undefined {
  const devices = world.dmDevices.flatMap((dm) => listDues(world, dm));
  const dues = [...devices, ...listManagerDues(world), ...listThaws(world)];
  return dues.sort((one, other) => one.at - other.at)[0];
}

/** The end of the manager's job. Listed last: of two at the same time, the start that the job waits for comes first. */
function listManagerDues(world: World): Due[] {
  const at = jobEndsAt(world);
  if (at === undefined) return [];
  return [
    {
      at,
      happen() {
        finishJob(world);
      },
    },
  ];
}

function listDues(world: World, dm: DmDevice): Due[] {
  const dues: Due[] = [];
  const add = (at: number | undefined, happen: () => void): void => {
    if (at !== undefined) dues.push({ at, happen });
  };
  add(dm.starting?.finishAt, () => {
    finishStart(world, dm);
  });
  if (dm.suspended) return dues;
  add(storageFailsAt(world, dm), () => {
    for (const disk of world.disks) if (disk.name === dm.vdo?.place.disk) disk.fault = 'fails';
  });
  add(recoveryEndsAt(world, dm), () => {
    finishRecovery(world, dm);
  });
  add(dm.vdo?.indexOnlineAt, () => {
    if (dm.vdo === undefined) return;
    delete dm.vdo.indexOnlineAt;
    if (dm.vdo.index === 'opening') dm.vdo.index = dm.vdo.deduplicates === false ? 'offline' : 'online';
  });
  return dues;
}

function finishStart(world: World, dm: DmDevice): void {
  const { andThen = [], messages = [] } = dm.starting ?? {};
  finishVdoStart(world, dm);
  dm.udevUntil = world.now + world.udevProbeMs;
  if (dm.live === undefined) return;
  for (const device of andThen) createDevice(world, device);
  for (const message of messages) sayToTarget(world, dm, message);
}

/** A start that hung on a suspended device goes on once that device is resumed. */
function wakeHangingStarts(world: World): boolean {
  let happened = false;
  for (const { name } of [...world.dmDevices]) {
    const dm = findDm(world, name);
    if (dm?.starting === undefined || dm.starting.finishAt !== undefined) continue;
    const wasAbandoned = dm.starting.abandoned;
    const went = continueVdoStart(world, dm);
    if (went.kind === 'hangs') continue;
    happened = true;
    // After a refusal dmsetup itself removes the name. A killed dmsetup cannot.
    if (went.kind === 'refused' && !wasAbandoned) removeDevice(world, dm);
  }
  return happened;
}
