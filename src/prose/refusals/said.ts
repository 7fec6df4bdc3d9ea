/** A refusal in words. */
export interface Said {
  /** The reason, in words that follow the volume's name. */
  readonly reason: string;
  /** What to do about it; absent where nothing helps. */
  readonly next?: string;
}

/** The words for every code of a table of facts. */
export type Sayings<Facts> = {
  readonly [C in keyof Facts]: (facts: Readonly<Facts[C]>, name: string) => Said;
};

export const lookInKernelLog = 'check the kernel log (dmesg)';
export const rightDevice = 'check that it is the right device';
