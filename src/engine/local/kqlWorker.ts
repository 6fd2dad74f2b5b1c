/** Entry of the worker thread that parses and translates KQL, so that the Kusto library never blocks the editor. */
import { parentPort } from 'node:worker_threads';
import { createKqlService } from '../../kql/index.ts';
import type { KqlService } from '../../kql/translation.ts';
import type { Schema } from '../../kql/types.ts';
import type { KqlAnswer, KqlCall, KqlWorkerReply, KqlWorkerRequest } from './kqlMessages.ts';

const service = createKqlService();

/** The same object from call to call, so that the binder's state for it is made once. */
let schema: Schema = { tables: [] };

parentPort?.on('message', (message: KqlWorkerRequest) => {
  void reply(message);
});

async function reply(message: KqlWorkerRequest): Promise<void> {
  schema = message.schema ?? schema;
  let answer: KqlWorkerReply;
  try {
    answer = { id: message.id, ok: true, ...(await call(service, message)) };
  } catch (error) {
    answer = { id: message.id, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
}

async function call(kql: KqlService, message: KqlCall): Promise<KqlAnswer> {
  const request = { ...message.request, schema };
  switch (message.method) {
    case 'translate':
      return { method: 'translate', answer: await kql.translate(request) };
    case 'inspect':
      return { method: 'inspect', answer: await kql.inspect(request) };
    case 'complete':
      return { method: 'complete', answer: await kql.complete(request, message.offset) };
    case 'hover':
      return { method: 'hover', answer: await kql.hover(request, message.offset) };
  }
}
