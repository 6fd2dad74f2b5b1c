/** Entry of the thread that reads Windows event logs, so that a log of gigabytes never blocks the editor. */
import { parentPort } from 'node:worker_threads';
import { convertEvtxFile } from './evtxFiles.ts';
import type { EvtxAnswer, EvtxJob } from './evtxMessages.ts';

/** Bytes between two reports of progress. */
const progressBytes = 8 << 20;

parentPort?.on('message', (job: EvtxJob) => {
  void answer(job).then(post);
});

function post(message: EvtxAnswer): void {
  parentPort?.postMessage(message);
}

async function answer(job: EvtxJob): Promise<EvtxAnswer> {
  let told = 0;
  const onBytes = (doneBytes: number): void => {
    if (doneBytes - told < progressBytes) return;
    told = doneBytes;
    post({ kind: 'progress', doneBytes });
  };
  try {
    return { kind: 'done', converted: await convertEvtxFile(job, onBytes) };
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
  }
}
