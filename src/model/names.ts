/** Names that device-mapper takes and shells leave alone: libdevmapper's whitelist, 127 bytes at most. */
const dmNamePattern = /^[A-Za-z0-9#+.:=@_][A-Za-z0-9#+\-.:=@_]{0,126}$/;
/** `/dev/mapper/control`: the device through which programs talk to device-mapper. */
const control = 'control';
/** lvm(8), VALID NAMES. */
const lvmNamePattern = /^[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,126}$/;

/**
 * Checks a volume's NAME as the caller wrote it: `my-vdo`, `vg/pool`, `/dev/mapper/x`.
 * @returns why no volume can have the name, as a sentence; undefined when one can.
 */
export function checkName(name: string): string | undefined {
  const shown = JSON.stringify(name.slice(0, 60));
  if (name === '') return 'a volume name cannot be empty';
  if (name === control || name === `/dev/mapper/${control}`)
    return `${shown} is not a volume name: device-mapper keeps it for itself`;
  if (name.startsWith('/dev/')) {
    const parts = name.slice('/dev/'.length).split('/');
    const good = parts.length >= 1 && parts.length <= 3 && parts.every(isPlainPart);
    return good ? undefined : `${shown} is not a path below /dev that a volume can have`;
  }
  const [first = '', second, ...rest] = name.split('/');
  if (rest.length > 0) return `${shown} is not a volume name: it is NAME, VG/POOL or a path below /dev`;
  if (second === undefined) return isPlainPart(first) ? undefined : describeBadName(shown);
  return isLvmName(first) && isLvmName(second) ? undefined : describeBadName(shown);
}

/** Whether device-mapper takes the name, and nobody can mistake it for an option or a path. */
export function isDmName(name: string): boolean {
  return isPlainPart(name) && name !== control;
}

function isPlainPart(part: string): boolean {
  return dmNamePattern.test(part) && part !== '.' && part !== '..';
}

function isLvmName(part: string): boolean {
  return lvmNamePattern.test(part) && part !== '.' && part !== '..';
}

function describeBadName(shown: string): string {
  return `${shown} is not a volume name: 1 to 127 letters, digits or any of # + - . : = @ _, not beginning with -`;
}

/** The dm name that LVM gives: `vg`, `my-pool` and layer `vpool` become `vg-my--pool-vpool`. */
export function lvmDmName(vg: string, lv: string, layer?: string): string {
  const doubled = [vg, lv].map((part) => part.replaceAll('-', '--'));
  return [...doubled, ...(layer === undefined ? [] : [layer])].join('-');
}

/** The reverse of {@link lvmDmName} for a name without layer; undefined when it is not of that form. */
export function splitLvmDmName(dmName: string): { readonly vg: string; readonly lv: string } | undefined {
  const match = /^((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(dmName);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  return { vg: match[1].replaceAll('--', '-'), lv: match[2].replaceAll('--', '-') };
}
