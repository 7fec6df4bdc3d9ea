/**
 * Has the questions of several at work asked together: once everyone has come so far as to ask, to wait, or to end; and
 * one after the other.
 */
export class Agreement<Group> {
  private readonly underWay: Set<Group>;
  private readonly allArrived: Promise<void>;
  private openAll: () => void = () => undefined;
  private lastAnswer: Promise<unknown>;

  constructor(groups: readonly Group[]) {
    this.underWay = new Set(groups);
    this.allArrived = new Promise((resolve) => {
      this.openAll = resolve;
    });
    this.lastAnswer = this.allArrived;
  }

  /** The group has nothing to ask now. */
  arrive(group: Group): void {
    this.underWay.delete(group);
    if (this.underWay.size === 0) this.openAll();
  }

  /** Asks when it is this question's turn. @param question throws whatever ends the work of the group. */
  ask(group: Group, question: () => Promise<void>): Promise<void> {
    const answer = this.lastAnswer.then(question);
    // What one answer ends is no matter of the next question.
    this.lastAnswer = answer.catch(() => undefined);
    this.arrive(group);
    return answer;
  }
}
