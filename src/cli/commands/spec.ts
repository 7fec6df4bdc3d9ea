import { findSetting, type SettingKey } from '../../model/settings.ts';

/** A command of the command line, as data. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What it does, in paragraphs. */
  readonly description: readonly string[];
  readonly positional?: PositionalSpec;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Whether `--json` is a stream of events that ends with a result (NDJSON), or one document. */
  readonly json: 'document' | 'events';
  /** One that only looks ends at once when it is interrupted; one that acts ends between two steps. */
  readonly effect: 'looks' | 'acts';
  /** False: it asks nothing of the host and depends on no setting, so that it works whatever stands in the file. */
  readonly usesSettings?: false;
}

/**
 * What a word can be that no table lists, so that completions have to ask for it: the program itself, but for `files`,
 * which the shell knows.
 */
export type Completes = 'volumes' | 'devices' | 'codes' | 'kinds' | 'files';

export interface PositionalSpec {
  readonly name: string;
  readonly count: 'one' | 'any' | 'at-most-one' | 'one-and-settings';
  readonly description: string;
  /** Every word that it can be. */
  readonly choices?: readonly string[];
  readonly completes?: Completes;
  /** (`one-and-settings`) What can be set, and to what. */
  readonly settings?: readonly SettableKey[];
}

export interface SettableKey {
  readonly key: string;
  readonly values: readonly string[];
}

export interface OptionSpec {
  readonly name: string;
  readonly alias?: string;
  readonly type: 'flag' | 'text' | 'duration' | 'size';
  /** What stands for the value in help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  readonly completes?: Completes;
  readonly required?: true;
  readonly default?: string;
  /** The setting that it overrides, which is what holds where it is not given. */
  readonly setting?: SettingKey;
  readonly description: string;
}

/** The option of every command that waits. */
export const timeout: OptionSpec = {
  name: 'timeout',
  type: 'duration',
  value: 'TIME',
  default: findSetting('timeout').default,
  setting: 'timeout',
  description:
    'Stop waiting after this time (90s, 15m, 2h), with exit code 5; the work in the kernel goes on.',
};

/** The word of a command for one volume. */
export const oneVolume: PositionalSpec = {
  name: 'NAME',
  count: 'one',
  description: 'A volume: its dm name, its LVM pool (vg/pool), any LV of the pool (vg/lv), or a path.',
  completes: 'volumes',
};
/** The words of a command for any number of volumes. */
export const anyVolumes: PositionalSpec = {
  ...oneVolume,
  count: 'any',
  description: 'Volumes; all of them when none is named.',
};
