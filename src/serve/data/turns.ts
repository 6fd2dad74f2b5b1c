/**
 * How many queries run at once, whatever their database. Each blocks one of Node's threads for files while DuckDB works
 * (`UV_THREADPOOL_SIZE`, 4 unless set); the others read files, pages and schemas meanwhile.
 */
import { abortError, unlessAborted } from '../../engine/local/abort.ts';

/** What Node takes where the variable is not set: its documentation, "UV_THREADPOOL_SIZE". */
const defaultThreads = 4;

/** Returns how many queries leave half of Node's threads free. */
export function queriesAtOnce(environment: Readonly<Record<string, string | undefined>>): number {
  const threads = Number(environment['UV_THREADPOOL_SIZE']);
  return Math.max(1, Math.floor((threads >= 1 ? threads : defaultThreads) / 2));
}

export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atOnce: number) {
    this.#free = atOnce;
  }

  /** Runs the work when it is its turn, first come, first served. Rejects with an `AbortError` when stopped before. */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#turn(signal);
    try {
      return await work();
    } finally {
      this.#pass();
    }
  }

  async #turn(signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortError();
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    let begin: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => (begin = resolve));
    this.#waiting.push(begin);
    try {
      await unlessAborted(turn, signal);
    } catch (error) {
      const place = this.#waiting.indexOf(begin);
      if (place >= 0) this.#waiting.splice(place, 1);
      else this.#pass(); // its turn had come at the same moment
      throw error;
    }
  }

  /** Hands the turn to who waits longest. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }
}
