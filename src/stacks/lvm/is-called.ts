import type { LogicalVolume } from '../../model/volume.ts';

/** Whether a person's word is one of the names of an LV: `vg/lv`, `/dev/vg/lv`, or its device. */
export function isCalled({ name, device }: Pick<LogicalVolume, 'name' | 'device'>, asked: string): boolean {
  return [name, device, `/dev/${name}`].includes(asked);
}
