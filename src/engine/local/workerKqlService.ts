/** The translator in a worker thread: the same service as in this thread, started by its first call. */
import type { Worker } from 'node:worker_threads';
import type {
  Completion,
  Hover,
  Inspection,
  KqlService,
  Translation,
  TranslationRequest,
} from '../../kql/translation.ts';
import type { Schema } from '../../kql/types.ts';
import type { KqlAnswer, KqlCall, KqlWorkerReply, KqlWorkerRequest, SentRequest } from './kqlMessages.ts';
import { startWorker, workerEntry } from './startWorker.ts';

interface Waiting {
  readonly resolve: (answer: KqlAnswer) => void;
  readonly reject: (error: Error) => void;
}

/** Returns a service whose worker ends with `dispose()`; calls then pending reject. A crashed worker is started anew by the next call. */
export function createWorkerKqlService(entry = workerEntry(import.meta.dirname, 'kqlWorker')): KqlService {
  return new WorkerKqlService(entry);
}

class WorkerKqlService implements KqlService {
  #worker: Worker | undefined;
  #lastId = 0;
  #isDisposed = false;
  /** The schema that the worker has. */
  #sentSchema: Schema | undefined;
  readonly #waiting = new Map<number, Waiting>();
  readonly #entry: string;

  constructor(entry: string) {
    this.#entry = entry;
  }

  async translate(request: TranslationRequest): Promise<Translation> {
    const reply = await this.#call(request.schema, { method: 'translate', request: withoutSchema(request) });
    return reply.method === 'translate' ? reply.answer : wrongAnswer();
  }

  async inspect(request: TranslationRequest): Promise<Inspection> {
    const reply = await this.#call(request.schema, { method: 'inspect', request: withoutSchema(request) });
    return reply.method === 'inspect' ? reply.answer : wrongAnswer();
  }

  async complete(request: TranslationRequest, offset: number): Promise<readonly Completion[]> {
    const call = { method: 'complete', request: withoutSchema(request), offset } as const;
    const reply = await this.#call(request.schema, call);
    return reply.method === 'complete' ? reply.answer : wrongAnswer();
  }

  async hover(request: TranslationRequest, offset: number): Promise<Hover | undefined> {
    const call = { method: 'hover', request: withoutSchema(request), offset } as const;
    const reply = await this.#call(request.schema, call);
    return reply.method === 'hover' ? reply.answer : wrongAnswer();
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    this.#fail(new Error('The KQL service was closed.'));
    await this.#worker?.terminate();
  }

  #call(schema: Schema, call: KqlCall): Promise<KqlAnswer> {
    if (this.#isDisposed) return Promise.reject(new Error('The KQL service was closed.'));
    const id = ++this.#lastId;
    const worker = (this.#worker ??= this.#start());
    const message: KqlWorkerRequest = schema === this.#sentSchema ? { ...call, id } : { ...call, id, schema };
    this.#sentSchema = schema;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage(message);
    });
  }

  #start(): Worker {
    this.#sentSchema = undefined;
    const worker = startWorker(this.#entry);
    worker.on('message', (reply: KqlWorkerReply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if (this.#waiting.size === 0) worker.unref(); // an idle worker must not keep the CLI alive
      if (reply.ok) waiting?.resolve(reply);
      else waiting?.reject(new Error(reply.message));
    });
    worker.on('error', (error) => this.#fail(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#fail(new Error('The KQL worker ended unexpectedly.'));
    });
    return worker;
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

function wrongAnswer(): never {
  throw new Error('The KQL worker answered another question.');
}

function withoutSchema({ schema: _schema, ...request }: TranslationRequest): SentRequest {
  return request;
}
