/**
 * The programs with which vdoctl mounts and copies, and what its plans give them. Each row answers with the argument
 * that no plan of vdoctl's gives, undefined if there is none.
 */
export const copyRules: Readonly<Partial<Record<string, (args: readonly string[]) => string | undefined>>> = {
  mkdir: (args) => findOther(args, { options: [/^-m$/, /^0?7[0-7]{2}$/, /^-p$/], paths: isAbsolute }),
  rmdir: (args) => findOther(args, { options: [], paths: isOwn }),
  mount: checkMount,
  umount: (args) => findOther(args, { options: [], paths: isOwn }),
  rsync: checkRsync,
  ddrescue: (args) => findOther(args, { options: ddrescueOptions, paths: isAbsolute }),
};

/** Where vdoctl mounts what it copies from. Only root gets in. */
export const mountsDirectory = '/run/vdoctl/mounts';

const isAbsolute = (path: string): boolean => path.startsWith('/') && !path.split('/').includes('..');
const isOwn = (path: string): boolean => isAbsolute(path) && path.startsWith('/run/vdoctl/');

interface Allowed {
  readonly options: readonly RegExp[];
  readonly paths: (path: string) => boolean;
}

function findOther(args: readonly string[], { options, paths }: Allowed): string | undefined {
  return args.find((arg) => !(arg.startsWith('/') ? paths(arg) : options.some((option) => option.test(arg))));
}

/** `-t TYPE -o ro,… DEVICE DIRECTORY`, `--bind DIRECTORY DIRECTORY` or `-o remount,ro,bind DIRECTORY` */
function checkMount(args: readonly string[]): string | undefined {
  const directory = args.at(-1) ?? '';
  if (!isOwn(directory)) return directory;
  if (args[0] === '--bind')
    return args.length === 3 && isAbsolute(args[1] ?? '') ? undefined : args.join(' ');
  const options = args[args.indexOf('-o') + 1] ?? '';
  if (!options.split(',').includes('ro')) return args.join(' ');
  const others = args.slice(0, -1).filter((arg) => arg !== options);
  return findOther(others, { options: [/^-o$/, /^-t$/, /^[a-z0-9]+$/], paths: isDevice });
}

const isDevice = (path: string): boolean => isAbsolute(path) && path.startsWith('/dev/');

/** No option of rsync that runs a program (`--rsh`), removes (`--delete`, `--remove-source-files`) or reads a daemon. */
const rsyncOptions = [
  /^-aHAXS$/,
  /^-[nci]$/,
  /^--(numeric-ids|no-inc-recursive|partial|modify-window=[01]|info=progress2)$/,
  /^--log-file-format=$/,
];

/** The copies' own directory beside, or in, what was copied. */
const isOwnLog = (word: string): boolean => /^--log-file=\/(.*\/)?\.vdoctl-[a-z]+\/[\w.-]+\.log$/.test(word);

function checkRsync(args: readonly string[]): string | undefined {
  const isAllowed = (arg: string): boolean =>
    arg.startsWith('/')
      ? isAbsolute(arg)
      : (isOwnLog(arg) && isAbsolute(arg.slice(arg.indexOf('/')))) ||
        /^--link-dest=\/[^:]*$/.test(arg) ||
        rsyncOptions.some((option) => option.test(arg));
  return args.find((arg) => !isAllowed(arg));
}

const ddrescueOptions = [/^--(force|sparse|no-scrape|no-trim|idirect|retry-passes=\d)$/, /^-[bc]\d+$/];
