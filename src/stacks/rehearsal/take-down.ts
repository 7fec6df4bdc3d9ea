import { mountsDirectory } from '../../journal/own-copies.ts';
import type { Step } from '../../model/plan.ts';
import { udevRulePath } from '../../model/rehearsal.ts';
import type { Host } from '../../host/host.ts';
import type { Found } from '../found-volume.ts';
import { mountPointOf, removeMountPoint, umountStep } from '../saving/mounting.ts';
import { udevSettleStep } from '../shared-steps.ts';
import type { FoundRehearsal } from './rehearsal-device.ts';
import { detachLoop, removeFile, removeLv, removeUdevRule, takeDown } from './steps.ts';

/**
 * The steps that throw away a rehearsal, or what is left of one: only those for what is there.
 *
 * @param lent takes down what was put up beneath a stopped pool's rehearsal.
 */
export function discardSteps(
  host: Host,
  { dmName }: Pick<Found, 'dmName'>,
  rehearsal: FoundRehearsal,
  lent: readonly Step[],
): readonly Step[] {
  const { devices, loop, changes, mounts } = rehearsal;
  // Whatever somebody else mounted is not ours to unmount: the device is in use, and the refusal names the mount.
  const own = mounts.filter(({ path }) => path.startsWith(`${mountsDirectory}/`));
  const unmounted = own.map(({ path, deviceNumber, source }) =>
    umountStep(devices.find((each) => each.deviceNumber === deviceNumber)?.path ?? source, path),
  );
  const points = devices
    .map(({ dm }) => mountPointOf(dm?.name ?? ''))
    .filter((path) => host.files.describe(path).kind === 'read');
  const down = devices.map(({ dm, path }) => takeDown({ dmName: dm?.name ?? '', path }));
  const rule = host.files.readText(udevRulePath(dmName)).kind === 'read' ? [removeUdevRule(dmName)] : [];
  const steps = [
    ...[...unmounted, ...points.map((path) => removeMountPoint(path)), udevSettleStep, ...down],
    ...(loop === undefined ? [] : [detachLoop(loop.path, changes ?? '')]),
    ...removeChanges(host, changes),
    ...(devices.length === 0 ? [] : lent),
    ...rule,
  ];
  return steps.map((step, at) => (at === 0 ? { ...step, pointOfNoReturn: true } : step));
}

function removeChanges(host: Host, changes: string | undefined): Step[] {
  if (changes === undefined || changes.startsWith('/dev/')) return [];
  if (changes.startsWith('/'))
    return host.files.describe(changes).kind === 'read' ? [removeFile(changes)] : [];
  return [removeLv(changes, `/dev/${changes}`)];
}
