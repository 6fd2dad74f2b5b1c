/** Entry of the thread that reads Windows event logs, so that a log of gigabytes never blocks the editor. */
import { parentPort } from 'node:worker_threads';
import { convertEvtxFile } from './evtxFiles.ts';
import type { EvtxAnswer, EvtxJob } from './evtxMessages.ts';

parentPort?.on('message', (job: EvtxJob) => {
  void answer(job).then((reply) => parentPort?.postMessage(reply));
});

async function answer(job: EvtxJob): Promise<EvtxAnswer> {
  try {
    return { ok: true, summary: await convertEvtxFile(job) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
