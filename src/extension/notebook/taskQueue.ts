/** What a notebook is asked to do, one after the other; a task that fails does not keep the next one from running. */

export class TaskQueue {
  #last: Promise<void> = Promise.resolve();

  /** Runs the task when all earlier ones have ended; settles with it. */
  add(task: () => Promise<void>): Promise<void> {
    const run = this.#last.then(task);
    this.#last = run.catch(() => undefined);
    return run;
  }

  /** Resolves when nothing is left to do. A task may ask for another, as a run asks for its results to be stored. */
  async ended(): Promise<void> {
    let last;
    do {
      last = this.#last;
      await last;
    } while (last !== this.#last);
  }
}
