import { setTimeout as delay } from 'node:timers/promises';

/** Settles as `work` does, or rejects with `makeError()` once the time is over. */
export async function limitTime<T>(work: Promise<T>, limitMs: number, makeError: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(makeError());
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

export interface PollOptions {
  readonly timeoutMs: number;
  readonly intervalMs?: number;
  readonly makeError: () => Error;
}

/** Asks again and again until the answer is not undefined. */
export async function pollUntil<T>(ask: () => Promise<T | undefined>, options: PollOptions): Promise<T> {
  const end = Date.now() + options.timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw options.makeError();
    await delay(options.intervalMs ?? 100);
  }
}
