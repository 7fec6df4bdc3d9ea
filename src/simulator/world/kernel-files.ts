import { sectorBytes } from '../../model/disk.ts';
import { splitLvmDmName } from '../../model/names.ts';
import {
  findKernelDevice,
  isReadOnly,
  listBelow,
  listDeviceLinks,
  listGoneBelow,
  listDevices,
  type KernelDevice,
} from './devices.ts';
import { addModuleFiles } from './module-files.ts';
import { placeInSysfs } from './sysfs.ts';
import type { Tree } from './file-tree.ts';
import { writeCacheUnder } from './write-policy.ts';
import type { SimulatedMount, SimulatedProcess, World } from './world.ts';

/** Adds `/dev`, `/sys` and `/proc`, as far as they describe block devices, mounts and processes. */
export function addKernelFiles(tree: Tree, world: World, ownPid: number): void {
  const devices = listDevices(world);
  for (const directory of ['/dev/mapper', '/sys/class/block', '/sys/block']) tree.addDirectory(directory);
  for (const device of devices) addDevice(tree, world, device);
  for (const [path, kernelName] of listDeviceLinks(world)) {
    const depth = path.split('/').length - 3;
    tree.addLink(path, `${'../'.repeat(depth)}${kernelName}`);
  }
  addLayers(tree, world, devices);
  addModuleFiles(tree, world);
  addProcesses(tree, world, ownPid);
  tree.addLine('/proc/sys/kernel/random/boot_id', bootId(world));
  tree.addFile('/proc/swaps', () => printSwaps(world));
  tree.addFile('/proc/meminfo', () => printMeminfo(world));
  // Sockets: nobody reads them.
  for (const socket of ['/dev/log', '/run/systemd/journal/socket']) tree.addFile(socket, () => '');
  tree.addFile('/proc/uptime', () => `${((world.now - world.bootedAt) / 1000).toFixed(2)} 0.00\n`);
}

const kibibytesOfMemory = 16 * 1024 ** 2;
const kibibytesOfSystem = 1024 ** 2;
const kibibytesOfVolume = 400 * 1024;

/** Each running volume takes its share, unless the world says how much is left. */
function printMeminfo({ dmDevices, memoryAvailableBytes }: World): string {
  const volumes = dmDevices.filter(({ vdo, starting }) => vdo !== undefined || starting !== undefined).length;
  const left = kibibytesOfMemory - kibibytesOfSystem - volumes * kibibytesOfVolume;
  const available = memoryAvailableBytes === undefined ? left : Math.floor(memoryAvailableBytes / 1024);
  return [
    { name: 'MemTotal', kibibytes: kibibytesOfMemory },
    { name: 'MemFree', kibibytes: Math.floor(available / 2) },
    { name: 'MemAvailable', kibibytes: available },
  ]
    .map(({ name, kibibytes }) => `${`${name}:`.padEnd(15)} ${String(kibibytes).padStart(8)} kB\n`)
    .join('');
}

function bootId(world: World): string {
  const digits = Math.floor(world.bootedAt).toString(16).padStart(12, '0').slice(-12);
  return `5bd1c2a4-0000-4000-8000-${digits}`;
}

function addDevice(tree: Tree, world: World, device: KernelDevice): void {
  const { kernelName, deviceNumber, part } = device;
  const place = placeInSysfs(device);
  tree.addDevice(`/dev/${kernelName}`, deviceNumber);
  const inClass = `../../${place.slice('/sys/'.length)}`;
  tree.addLink(`/sys/class/block/${kernelName}`, inClass);
  tree.addLink(`/sys/dev/block/${deviceNumber}`, inClass);
  if (part.kind !== 'partition')
    tree.addLink(`/sys/block/${kernelName}`, `../${place.slice('/sys/'.length)}`);
  tree.addLine(`${place}/dev`, deviceNumber);
  tree.addLine(`${place}/size`, device.sizeBytes / sectorBytes);
  tree.addLine(`${place}/ro`, isReadOnly(device) ? 1 : 0);
  tree.addDirectory(`${place}/holders`);
  tree.addDirectory(`${place}/slaves`);
  if (part.kind === 'partition') {
    tree.addLine(`${place}/partition`, part.number);
    tree.addLine(`${place}/start`, part.startBytes / sectorBytes);
    return;
  }
  tree.addLine(
    `${place}/queue/write_cache`,
    part.kind === 'disk' ? part.disk.writeCache : writeCacheUnder(world, device),
  );
  tree.addLine(
    `${place}/queue/logical_block_size`,
    part.kind === 'dm' && part.dm.vdo !== undefined ? 4096 : 512,
  );
  if (part.kind === 'disk') {
    if (part.disk.serial !== undefined) tree.addLine(`${place}/serial`, part.disk.serial);
    if (part.disk.backing !== undefined) tree.addLine(`${place}/loop/backing_file`, part.disk.backing.path);
    return;
  }
  if (part.kind === 'loop') {
    tree.addLine(`${place}/loop/backing_file`, part.loop.file);
    return;
  }
  tree.addLine(`${place}/dm/name`, part.dm.name);
  tree.addLine(`${place}/dm/uuid`, part.dm.uuid);
  tree.addLine(`${place}/dm/suspended`, part.dm.suspended ? 1 : 0);
}

function addLayers(tree: Tree, world: World, devices: readonly KernelDevice[]): void {
  const byNumber = new Map(devices.map((device) => [device.deviceNumber, device]));
  for (const device of devices) {
    if (device.part.kind !== 'dm') continue;
    // The link to a disk that was taken away stays, and leads nowhere.
    for (const gone of listGoneBelow(world, device.part.dm))
      tree.addLink(`${placeInSysfs(device)}/slaves/${gone}`, `/sys/class/block/${gone}`);
    for (const number of listBelow(world, device.part.dm)) {
      const below = byNumber.get(number);
      if (below === undefined) continue;
      const link = (place: string): string => `/sys/class/block/${place}`;
      tree.addLink(`${placeInSysfs(device)}/slaves/${below.kernelName}`, link(below.kernelName));
      tree.addLink(`${placeInSysfs(below)}/holders/${device.kernelName}`, link(device.kernelName));
    }
  }
}

/** The mounts that every system has, as a real one lists them. */
const systemMounts: readonly string[] = [
  '0:22 / /proc rw,relatime - proc proc rw',
  '0:23 / /sys rw,relatime - sysfs sys rw',
  '0:6 / /dev rw,relatime - devtmpfs dev rw,size=1520640k,nr_inodes=380160,mode=755,inode64',
  '0:24 / /run rw,relatime - tmpfs tmpfs rw,inode64',
  '0:25 / /tmp rw,relatime - tmpfs tmpfs rw,inode64',
];

function printMountinfo(world: World, namespace: number): string {
  const isOwn = (mount: SimulatedMount): boolean => mount.namespace === namespace && mount.type !== 'swap';
  const own = world.mounts.filter(isOwn).map(printMount);
  return [...systemMounts, ...own]
    .map((line, index) => `${String(24 + index)} ${index === 0 ? '1' : '27'} ${line}\n`)
    .join('');
}

function printSwaps(world: World): string {
  const swaps = world.mounts.filter(({ type }) => type === 'swap');
  const lines = swaps.map(({ source }) => `${source.padEnd(40)}partition\t1048572\t\t0\t\t-2\n`);
  return ['Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n', ...lines].join('');
}

function printMount(mount: SimulatedMount): string {
  const escaped = mount.path.replace(/[ \t\n\\#]/g, (each) => {
    return `\\${each.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  const options = mount.options.split(',');
  // What a file system was told stands behind the dash; what is said of the mount point, before it.
  const isOfMount = (option: string): boolean => option !== 'discard';
  const superOptions = [options[0] ?? 'rw', ...options.filter((option) => !isOfMount(option))].join(',');
  // btrfs has a number of its own, which is that of no device.
  const number = mount.type === 'btrfs' ? '0:40' : mount.deviceNumber;
  return `${number} / ${escaped} ${options.filter(isOfMount).join(',')} - ${mount.type} ${mount.source} ${superOptions}`;
}

const namespaceBase = 4_026_531_840;
const firstStarterPid = 30_000;

function addProcesses(tree: Tree, world: World, ownPid: number): void {
  const own = {
    pid: ownPid,
    name: 'vdoctl',
    commandLine: ['vdoctl'],
    namespace: 1,
    opens: [],
    openFiles: [],
  };
  const first = { ...own, pid: 1, name: 'systemd', commandLine: ['/sbin/init'] };
  tree.addLink('/proc/self', String(ownPid));
  const isListed = world.processes.some(({ pid }) => pid === ownPid);
  for (const process of [first, ...(isListed ? [] : [own]), ...world.processes, ...listStarters(world)]) {
    const directory = `/proc/${String(process.pid)}`;
    const access = process.pid === ownPid ? 'all' : 'root';
    tree.addLine(`${directory}/comm`, process.name);
    tree.addLine(`${directory}/stat`, printStat(process));
    tree.addLine(`${directory}/status`, 'Uid:\t0\t0\t0\t0');
    tree.addFile(`${directory}/cmdline`, () => process.commandLine.map((word) => `${word}\0`).join(''));
    tree.addFile(`${directory}/mountinfo`, () => printMountinfo(world, process.namespace));
    tree.addDirectory(`${directory}/ns`, access);
    tree.addLink(`${directory}/ns/mnt`, `mnt:[${String(namespaceBase + process.namespace)}]`);
    tree.addDirectory(`${directory}/fd`, access);
    const opened = process.opens.flatMap((number) => {
      const device = findKernelDevice(world, number);
      return device === undefined ? [] : [`/dev/${device.kernelName}`];
    });
    for (const [index, path] of [...opened, ...process.openFiles].entries())
      tree.addLink(`${directory}/fd/${String(index + 3)}`, path);
  }
}

/** A line as in proc_pid_stat(5), in which only the name and the start time mean anything. */
function printStat({ pid, name }: SimulatedProcess): string {
  return `${String(pid)} (${name}) S 1 ${'0 '.repeat(17)}${String(pid)} 0 0`;
}

/** The commands that wait while the kernel starts a volume. A kill does not end them before the kernel is done. */
function listStarters(world: World): SimulatedProcess[] {
  return world.dmDevices.flatMap(({ name, minor, starting }): SimulatedProcess[] => {
    if (starting === undefined) return [];
    const [above] = starting.andThen;
    const lv = above === undefined ? undefined : splitLvmDmName(above.name);
    const commandLine =
      lv === undefined ? ['dmsetup', 'create', name] : ['lvchange', '-ay', `${lv.vg}/${lv.lv}`];
    const own = { pid: firstStarterPid + minor, name: commandLine[0] ?? '', commandLine };
    return [{ ...own, namespace: 1, opens: [], openFiles: [] }];
  });
}
