interface Waiting<Key, Answer> {
  readonly key: Key;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Asks once for all who want to know at the same time. Who asks while a question is under way is answered by the next
 * one: nobody gets an answer that is older than the wish for it.
 */
export class AtOnce<Key, Answer> {
  private readonly question: (keys: readonly Key[]) => Promise<Answer>;
  private waiting: Waiting<Key, Answer>[] = [];
  private isAsking = false;

  constructor(question: (keys: readonly Key[]) => Promise<Answer>) {
    this.question = question;
  }

  ask(key: Key): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ key, resolve, reject });
      if (!this.isAsking) void this.askAll();
    });
  }

  private async askAll(): Promise<void> {
    this.isAsking = true;
    // Who asks in the same turn of the event loop belongs to the first question.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0);
      try {
        const answer = await this.question(batch.map(({ key }) => key));
        for (const { resolve } of batch) resolve(answer);
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.isAsking = false;
  }
}
