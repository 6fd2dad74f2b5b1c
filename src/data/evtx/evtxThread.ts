/** The thread that reads Windows event logs, one log at a time. */
import type { Worker } from 'node:worker_threads';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { startWorker, workerEntry } from '../../engine/local/startWorker.ts';
import type { ConvertedEvtx, EvtxAnswer, EvtxJob } from './evtxMessages.ts';

/** A load of many small logs starts its thread once; a thread that has nothing to do for so long ends. */
const idleMs = 1000;
/** After a log of this size the thread ends at once: its memory is then wanted by DuckDB. */
const largeBytes = 16 << 20;

/** The thread of each load, for as long as the load lives. */
const threads = new WeakMap<FileImport, EvtxThread>();

/**
 * Does the job in the load's thread; undefined when the path holds no Windows event log. Rejects with an `AbortError`
 * when the load is stopped, which ends the thread.
 */
export function convertInThread(
  files: FileImport,
  job: EvtxJob,
  onBytes: (doneBytes: number) => void,
): Promise<ConvertedEvtx | undefined> {
  let thread = threads.get(files);
  if (thread === undefined) threads.set(files, (thread = new EvtxThread()));
  return thread.convert(job, onBytes, files.signal);
}

interface Pending {
  readonly resolve: (converted: ConvertedEvtx | undefined) => void;
  readonly onBytes: (doneBytes: number) => void;
  readonly reject: (error: Error) => void;
}

class EvtxThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #pending: Pending | undefined;

  async convert(
    job: EvtxJob,
    onBytes: (doneBytes: number) => void,
    signal: AbortSignal | undefined,
  ): Promise<ConvertedEvtx | undefined> {
    signal?.throwIfAborted();
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    const stop = (): void => {
      this.#end();
      this.#pending?.reject(new DOMException('Reading the event log was stopped.', 'AbortError'));
    };
    signal?.addEventListener('abort', stop);
    let doneBytes = 0;
    try {
      return await new Promise<ConvertedEvtx | undefined>((resolve, reject) => {
        const heard = (bytes: number): void => {
          doneBytes = bytes;
          onBytes(bytes);
        };
        this.#pending = { resolve, reject, onBytes: heard };
        worker.postMessage(job);
      });
    } finally {
      this.#pending = undefined;
      signal?.removeEventListener('abort', stop);
      worker.unref(); // an idle thread must not keep the CLI alive
      if (doneBytes >= largeBytes) this.#end();
      else this.#idle = setTimeout(() => this.#end(), idleMs).unref();
    }
  }

  #start(): Worker {
    const worker = startWorker(workerEntry(import.meta.dirname, 'evtxWorker'));
    const failed = (error: Error): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#pending?.reject(error);
    };
    worker.on('message', (answer: EvtxAnswer) => {
      if (answer.kind === 'progress') this.#pending?.onBytes(answer.doneBytes);
      else if (answer.kind === 'done') this.#pending?.resolve(answer.converted);
      else this.#pending?.reject(new Error(answer.message));
    });
    worker.on('error', (error) => failed(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => failed(new Error('The thread that reads event logs ended unexpectedly.')));
    return worker;
  }

  #end(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
  }
}
