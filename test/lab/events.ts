/** What `--json` prints while something goes on, as far as the scenarios look at it. */
export type LabEvent = ProgressEvent | { readonly kind: 'step' | 'notice' | 'result' };

export interface ProgressEvent {
  readonly kind: 'progress';
  readonly phase: 'starting' | 'recovering' | 'waiting';
  readonly percent: number | null;
  readonly elapsedMs: number;
}

export function readEvents(ndjson: string): LabEvent[] {
  const lines = ndjson.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as LabEvent);
}
