/**
 * The programs with which vdoctl mounts and copies, and what its plans give them. Each row answers with the argument
 * that no plan of vdoctl's gives, undefined if there is none.
 */
export const copyRules: Readonly<Partial<Record<string, (args: readonly string[]) => string | undefined>>> = {
  mkdir: (args) => findOther(args, { options: [/^-m$/, /^07[0-7]{2}$/, /^-p$/], paths: isAbsolute }),
  rmdir: (args) => findOther(args, { options: [], paths: (path) => isOwn(path) || isProof(path) }),
  mount: checkMount,
  umount: (args) => findOther(args, { options: [], paths: isAbsolute }),
  rsync: checkRsync,
  fstrim: (args) => findOther(args, { options: [/^--verbose$/], paths: isAbsolute }),
  sync: (args) => findOther(args, { options: [/^--file-system$/], paths: isAbsolute }),
  e2fsck: (args) => findOtherCheck(args, ['-fn']),
  xfs_repair: (args) => findOtherCheck(args, ['-n']),
  btrfs: (args) => findOtherCheck(args, ['check', '--readonly']),
  ddrescue: (args) => findOther(args, { options: ddrescueOptions, paths: isAbsolute }),
};

/** Where vdoctl mounts what it copies from. Only root gets in. */
export const mountsDirectory = '/run/vdoctl/mounts';

const isAbsolute = (path: string): boolean => path.startsWith('/') && !path.split('/').includes('..');
const isDevice = (path: string): boolean => isAbsolute(path) && path.startsWith('/dev/');
/** The directory that proves that a filesystem takes writes. */
export const proofName = '.vdoctl-proof';
const isProof = (path: string): boolean => isAbsolute(path) && path.endsWith(`/${proofName}`);
const isOwn = (path: string): boolean => isAbsolute(path) && path.startsWith('/run/vdoctl/');

/**
 * The options of a mount that are kept when a filesystem is mounted again. Of what the kernel shows, some options are
 * facts that mount(8) does not take (`emergency_ro`), or that newer kernels do not know any more (`attr2` of XFS).
 */
const keptOptions: readonly RegExp[] = [
  /^r[wo]$/,
  /^no(?:suid|dev|exec|atime|diratime)$/,
  /^(?:relatime|strictatime|lazytime)$/,
  /^(?:no)?discard$/,
  /^errors=(?:continue|remount-ro|panic)$/,
  /^data=(?:ordered|journal|writeback)$/,
  /^commit=\d+$/,
  /^(?:usr|grp|prj|u|g|p)quota$/,
  /^inode(?:32|64)$/,
];

export function isKeptOption(option: string): boolean {
  return keptOptions.some((each) => each.test(option));
}

interface Allowed {
  readonly options: readonly RegExp[];
  readonly paths: (path: string) => boolean;
}

function findOther(args: readonly string[], { options, paths }: Allowed): string | undefined {
  return args.find((arg) => !(arg.startsWith('/') ? paths(arg) : options.some((option) => option.test(arg))));
}

/** Checks of a filesystem. Without the words that keep it from writing, each would repair. */
function findOtherCheck(args: readonly string[], words: readonly string[]): string | undefined {
  const isWhole = words.every((word, at) => args[at] === word) && args.length === words.length + 1;
  return isWhole && isDevice(args.at(-1) ?? '') ? undefined : args.join(' ');
}

/**
 * `-t TYPE -o ro,… DEVICE DIRECTORY`, `--bind DIRECTORY DIRECTORY` or `-o remount,ro,bind DIRECTORY`, in a directory of
 * vdoctl's own; and what puts a filesystem back where it was: `-t TYPE -o rw,… DEVICE DIRECTORY`.
 */
function checkMount(args: readonly string[]): string | undefined {
  const directory = args.at(-1) ?? '';
  const [t, type = '', o, chosen = '', device = ''] = args;
  const options = chosen.split(',');
  const isWhole =
    args.length === 6 && t === '-t' && /^[a-z0-9]+$/.test(type) && o === '-o' && isDevice(device);
  const takesWrites = options.includes('rw') && options.every(isKeptOption) && isAbsolute(directory);
  const onlyReads = options[0] === 'ro' && !options.includes('rw') && isOwn(directory);
  if (isWhole && (takesWrites || onlyReads)) return undefined;
  const [how, what = ''] = args;
  const isBound = how === '--bind' ? isAbsolute(what) : how === '-o' && what === 'remount,ro,bind';
  return args.length === 3 && isBound && isOwn(directory) ? undefined : args.join(' ');
}

/** No option of rsync that runs a program (`--rsh`), removes (`--delete`, `--remove-source-files`) or reads a daemon. */
const rsyncOptions = [
  /^-aHAXS$/,
  /^-[nci]$/,
  /^--(numeric-ids|no-inc-recursive|partial|modify-window=-1|info=progress2)$/,
  /^--log-file-format=$/,
];

/** In vdoctl's own directory of what was copied. */
const ownFiles = [
  /^--log-file=(\/(?:.*\/)?\.vdoctl-[a-z]+\/(?:[^/]+\/)?[\w.-]+\.log)$/,
  /^--temp-dir=(\/(?:.*\/)?\.vdoctl-[a-z]+(?:\/[^/]+)?)$/,
  /^--exclude=(\/\.vdoctl-[a-z]+)$/,
  /^--link-dest=(\/[^:]*)$/,
];

function checkRsync(args: readonly string[]): string | undefined {
  const isOwnFile = (arg: string): boolean =>
    ownFiles.some((option) => isAbsolute(option.exec(arg)?.[1] ?? ''));
  return args.find(
    (arg) =>
      !(arg.startsWith('/')
        ? isAbsolute(arg)
        : isOwnFile(arg) || rsyncOptions.some((each) => each.test(arg))),
  );
}

const ddrescueOptions = [
  /^--(force|sparse|no-scrape|no-trim|idirect|retry-passes=\d|mapfile-interval=\d+)$/,
  /^-[bc]\d+$/,
];
