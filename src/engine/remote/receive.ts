/** Reads a good reply: its rows go to landings while they arrive, the rest is read at the end. */
import type { Landing } from '../local/landing.ts';
import { JsonRowSplitter } from './jsonRows.ts';
import type { RemoteService, ReplyFrame } from './service.ts';

/** Rows that are handed to DuckDB at once, and characters after which they go before; the thread is busy meanwhile. */
const batchRows = 8192;
const batchCharacters = 4 * 1024 ** 2;
/** Rows of each array that a service's reader may look at. */
const firstRowCount = 100;

export interface Received {
  readonly frame: ReplyFrame;
  /** Rows of the frame's tables. */
  readonly rowCount: number;
  /** The rows of one array. */
  landing(array: number): Promise<Landing>;
  /** Drops the rows of all landings that are not finished. */
  discard(): Promise<void>;
}

/** What the sender must know while the reply arrives. */
export interface Receiving {
  readonly signal: AbortSignal;
  /** Called with the first rows: from here on the query must not be sent again. */
  readonly onRows: () => void;
}

class ArrayRows {
  readonly first: string[] = [];
  #waiting: string[] = [];
  #characters = 0;
  #landing: Landing | undefined;

  constructor(private readonly land: () => Promise<Landing>) {}

  async add(rows: readonly string[], signal: AbortSignal): Promise<void> {
    for (const row of rows) {
      if (this.first.length < firstRowCount) this.first.push(row);
      this.#waiting.push(row);
      this.#characters += row.length;
    }
    if (this.#waiting.length >= batchRows || this.#characters >= batchCharacters) await this.landing(signal);
  }

  /** All rows so far, landed. */
  async landing(signal?: AbortSignal): Promise<Landing> {
    const landing = (this.#landing ??= await this.land());
    const rows = this.#waiting;
    this.#waiting = [];
    this.#characters = 0;
    if (rows.length > 0) await landing.append(rows, signal);
    return landing;
  }

  get count(): number {
    return (this.#landing?.rowCount ?? 0) + this.#waiting.length;
  }

  async discard(): Promise<void> {
    await this.#landing?.discard();
  }
}

/** Reads the body to its end. Rejects with what broke it; nothing of it is then left in the session. */
export async function receive(
  body: AsyncIterable<Uint8Array>,
  service: Pick<RemoteService, 'rowKind' | 'read'>,
  land: () => Promise<Landing>,
  { signal, onRows }: Receiving,
): Promise<Received> {
  const splitter = new JsonRowSplitter(service.rowKind);
  const arrays: ArrayRows[] = [];
  const rowsOf = (array: number): ArrayRows => {
    while (arrays.length <= array) arrays.push(new ArrayRows(land));
    const found = arrays[array];
    if (found === undefined) throw new Error('An array of rows is missing.');
    return found;
  };
  const discard = async (): Promise<void> => {
    for (const rows of arrays) await rows.discard();
  };
  try {
    for await (const chunk of body) {
      for (const { array, rows } of splitter.push(chunk)) {
        onRows();
        await rowsOf(array).add(rows, signal);
      }
    }
    const json = splitter.end();
    const frame = service.read(
      json,
      arrays.map(({ first }) => first),
    );
    return {
      frame,
      rowCount: frame.tables.reduce((sum, { array }) => sum + rowsOf(array).count, 0),
      landing: (array) => rowsOf(array).landing(signal),
      discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}
