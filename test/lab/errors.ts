/** The lab itself failed: it could not build, boot or reach the guest. */
export class LabError extends Error {
  override readonly name: string = 'LabError';
}

/** The guest restarted (or QEMU ended) while a command was running in it. */
export class GuestGoneError extends LabError {
  override readonly name = 'GuestGoneError';
}

export interface OutputSoFar {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command in the guest did not end in time. It was sent SIGKILL; in state D it may still live. */
export class GuestTimeoutError extends LabError {
  override readonly name = 'GuestTimeoutError';
  readonly output: OutputSoFar;

  constructor(message: string, output: OutputSoFar) {
    super(message);
    this.output = output;
  }
}

/** A command that had to succeed (`run`, `script`) did not. */
export class GuestCommandError extends LabError {
  override readonly name = 'GuestCommandError';
  readonly code: number | null;
  readonly output: OutputSoFar;

  constructor(message: string, code: number | null, output: OutputSoFar) {
    super(message);
    this.code = code;
    this.output = output;
  }
}
