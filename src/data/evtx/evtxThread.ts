/** The thread that reads Windows event logs, one log at a time. */
import type { Worker } from 'node:worker_threads';
import type { FileImport } from '../../engine/local/fileImport.ts';
import { startWorker, workerEntry } from '../../engine/local/startWorker.ts';
import type { EvtxSummary } from './convertEvtx.ts';
import type { EvtxAnswer, EvtxJob } from './evtxMessages.ts';

/** A load of many small logs starts its thread once; a thread that has nothing to do for so long ends. */
const idleMs = 1000;

/** The thread of each load, for as long as the load lives. */
const threads = new WeakMap<FileImport, EvtxThread>();

/** Does the job in the load's thread. Rejects with an `AbortError` when the load is stopped, which ends the thread. */
export function convertInThread(files: FileImport, job: EvtxJob): Promise<EvtxSummary | undefined> {
  let thread = threads.get(files);
  if (thread === undefined) threads.set(files, (thread = new EvtxThread()));
  return thread.convert(job, files.signal);
}

interface Pending {
  readonly resolve: (answer: EvtxAnswer) => void;
  readonly reject: (error: Error) => void;
}

class EvtxThread {
  #worker: Worker | undefined;
  #idle: NodeJS.Timeout | undefined;
  #pending: Pending | undefined;

  async convert(job: EvtxJob, signal: AbortSignal | undefined): Promise<EvtxSummary | undefined> {
    signal?.throwIfAborted();
    clearTimeout(this.#idle);
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    const stop = (): void => {
      this.#end();
      this.#pending?.reject(new DOMException('Reading the event log was stopped.', 'AbortError'));
    };
    signal?.addEventListener('abort', stop);
    try {
      const answer = await new Promise<EvtxAnswer>((resolve, reject) => {
        this.#pending = { resolve, reject };
        worker.postMessage(job);
      });
      if (!answer.ok) throw new Error(answer.message);
      return answer.summary;
    } finally {
      this.#pending = undefined;
      signal?.removeEventListener('abort', stop);
      worker.unref(); // an idle thread must not keep the CLI alive
      this.#idle = setTimeout(() => this.#end(), idleMs).unref();
    }
  }

  #start(): Worker {
    const worker = startWorker(workerEntry(import.meta.dirname, 'evtxWorker'));
    const failed = (error: Error): void => {
      if (this.#worker !== worker) return;
      this.#worker = undefined;
      this.#pending?.reject(error);
    };
    worker.on('message', (answer: EvtxAnswer) => this.#pending?.resolve(answer));
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
