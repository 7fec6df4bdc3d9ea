/** The right to act, which one at a time has. Who asks for it first gets it first. */
export class Floor {
  private last: Promise<void> = Promise.resolve();

  /**
   * Resolves when everyone who asked before has given it back.
   *
   * @param signal ends the wait.
   * @returns how to give it back, which does nothing from the second time on; undefined if the wait was ended.
   */
  async take(signal?: AbortSignal): Promise<(() => void) | undefined> {
    const before = this.last;
    let give: () => void = () => undefined;
    this.last = new Promise((resolve) => {
      give = resolve;
    });
    await before;
    if (signal?.aborted !== true) return give;
    give();
    return undefined;
  }
}
