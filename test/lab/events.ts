/** The fields of `--json` events that the scenarios look at. */
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
