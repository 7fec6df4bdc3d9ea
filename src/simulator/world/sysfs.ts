import type { KernelDevice } from './devices.ts';

/** Where sysfs really keeps the device; `/sys/class/block` and `/sys/block` link there. */
export function placeInSysfs({ kernelName, part }: KernelDevice): string {
  if (part.kind === 'dm' || part.kind === 'loop') return `/sys/devices/virtual/block/${kernelName}`;
  const disk = `/sys/devices/pci0000:00/virtio-${part.disk.name}/block/${part.disk.name}`;
  return part.kind === 'disk' ? disk : `${disk}/${kernelName}`;
}
