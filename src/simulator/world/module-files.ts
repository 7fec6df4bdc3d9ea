import { describeDm, dmNumber } from './devices.ts';
import { generationOf } from './generation.ts';
import { placeInSysfs } from './sysfs.ts';
import type { Tree } from './file-tree.ts';
import { listStatisticsFiles } from './statistics.ts';
import { loggedName } from './vdo-table.ts';
import type { DmDevice, World } from './world.ts';

/** Adds what the module shows of itself and of its volumes in `/sys` and `/proc`. */
export function addModuleFiles(tree: Tree, world: World): void {
  const { module, statistics } = generationOf(world);
  tree.addDirectory(`/sys/module/${module.name}`);
  if (module.version !== undefined) tree.addLine(`/sys/module/${module.name}/version`, module.version);
  const { files } = statistics;
  if (files === undefined) return;
  const isGlobal = files.place === '/sys/kvdo';
  if (isGlobal) {
    tree.addLine('/sys/kvdo/version', module.version ?? '');
    tree.addDirectory('/proc/vdo');
  }
  for (const dm of world.dmDevices) {
    const { vdo } = dm;
    if (vdo === undefined) continue;
    const name = loggedName(world, dm.live?.[0], dmNumber(dm));
    const place = isGlobal ? `/sys/kvdo/${name}` : `${placeInSysfs(describeDm(dm))}/vdo`;
    addVolumeFiles(tree, world, dm, { place, keepsCapitals: files.keepsCapitals });
    // These files are binary, and only the module's own tools read them.
    if (isGlobal)
      for (const file of ['dedupe_stats', 'kernel_stats'])
        tree.addFile(`/proc/vdo/${name}/${file}`, () => '');
  }
}

function addVolumeFiles(
  tree: Tree,
  world: World,
  dm: DmDevice,
  { place, keepsCapitals }: { readonly place: string; readonly keepsCapitals: boolean },
): void {
  const { instance = 0, index = 'closed', compression = false } = dm.vdo ?? {};
  tree.addLine(`${place}/instance`, instance);
  tree.addLine(`${place}/compressing`, compression ? 1 : 0);
  tree.addLine(`${place}/dedupe/status`, index);
  for (const [file, value] of listStatisticsFiles(world, dm, keepsCapitals))
    tree.addLine(`${place}/statistics/${file}`, value);
}
