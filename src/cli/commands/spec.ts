import { findSetting, type SettingKey } from '../../model/settings.ts';

/** A command of the command line, as data. */
export interface CommandSpec {
  readonly name: string;
  /** What other tools and people call it, in lower case: never run, but told the right name. */
  readonly called?: readonly string[];
  readonly summary: string;
  /** What it does, in paragraphs. */
  readonly description: readonly string[];
  readonly positional?: PositionalSpec;
  readonly options: readonly OptionSpec[];
  /** It takes the words of another program's call after `--`: what they are, in a sentence. */
  readonly program?: string;
  readonly examples: readonly string[];
  /** Whether `--json` is a stream of events that ends with a result (NDJSON), or one document. */
  readonly json: 'document' | 'events';
  /** An interrupted command that only looks ends at once; one that acts ends between two steps. */
  readonly effect: 'looks' | 'acts';
  /**
   * False if the command asks nothing of the host and depends on no setting, so that it works with any settings file.
   */
  readonly usesSettings?: false;
}

/**
 * The possible values of a word that are in no table, so that completions have to ask for them: the program itself,
 * except for `files`, which the shell knows.
 */
export type Completes = 'volumes' | 'devices' | 'codes' | 'kinds' | 'columns' | 'files';

export interface PositionalSpec {
  readonly name: string;
  readonly count: 'one' | 'any' | 'at-most-one' | 'one-and-settings' | 'one-and-new-name';
  readonly description: string;
  /** Every possible value. */
  readonly choices?: readonly string[];
  readonly completes?: Completes;
  /** (`one-and-settings`) The settings that can be set. */
  readonly settings?: readonly SettableKey[];
}

export interface SettableKey {
  readonly key: string;
  readonly values: readonly string[];
}

export interface OptionSpec {
  readonly name: string;
  /** One letter. */
  readonly alias?: string;
  /** Another name that is taken for it, and not shown. */
  readonly also?: string;
  readonly type: 'flag' | 'text' | 'duration' | 'size';
  /** The placeholder for the value in help. */
  readonly value?: string;
  /** The value where the option stands without one; absent: it takes one. */
  readonly bare?: string;
  readonly choices?: readonly string[];
  /** Of a text that is a list with commas: the words that it may have. */
  readonly listOf?: readonly string[];
  readonly completes?: Completes;
  readonly required?: true;
  /** Of a size: with a plus before it, it is added to what there is. */
  readonly mayAdd?: true;
  /** Its value may begin with a minus: what it sorts by descends. */
  readonly mayDescend?: true;
  readonly default?: string;
  /** The setting that the option overrides, and that applies without the option. */
  readonly setting?: SettingKey;
  /** Of a setting's percentage: instead of it, a range as monitoring plugins take it. */
  readonly mayBeRange?: true;
  readonly description: string;
}

/** What every command that takes sizes says of them. */
export const sizeNote = 'A size has a unit, in powers of 1024: 10G, 1.5T, 512MiB, 4096B.';

/** The option of every command that waits. */
export const timeout: OptionSpec = {
  name: 'timeout',
  type: 'duration',
  value: 'TIME',
  default: findSetting('timeout').default,
  setting: 'timeout',
  description:
    'Stop waiting after this time (90s, 15m, 1h30m), with exit code 5; the work in the kernel goes on.',
};

/** The option of a command that looks, with which it looks again and again. @param whatFor what it then prints */
export function watchOption(whatFor: string): OptionSpec {
  return {
    name: 'watch',
    type: 'duration',
    value: 'SECONDS',
    bare: '2',
    description: `Look again and again, every 2 seconds by itself, and ${whatFor}. Ctrl-C ends it.`,
  };
}

/** The word of a command for one volume. */
export const oneVolume: PositionalSpec = {
  name: 'NAME',
  count: 'one',
  description: 'A volume: its dm name, its LVM pool (vg/pool), any LV of the pool (vg/lv), or a path.',
  completes: 'volumes',
};
/** The option of every command that acts on all volumes only where that is asked for. */
export const allVolumes: OptionSpec = {
  name: 'all',
  type: 'flag',
  description: 'Every volume of this host.',
};

/** The words of a command for any number of volumes. */
export const anyVolumes: PositionalSpec = {
  ...oneVolume,
  count: 'any',
  description: 'Volumes; all of them when none is named.',
};
