/** Worker threads from a bundle, or from the TypeScript of a source checkout. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** Returns where the worker's code is: bundled beside the caller's bundle, or in the TypeScript file in its folder. */
export function workerEntry(folder: string, name: string): string {
  const bundled = join(folder, `${name}.cjs`);
  return existsSync(bundled) ? bundled : join(folder, `${name}.ts`);
}

/** Starts the thread. TypeScript needs the development loader, which a worker does not inherit. */
export function startWorker(entry: string): Worker {
  if (!entry.endsWith('.ts')) return new Worker(entry);
  const url = JSON.stringify(pathToFileURL(entry).href);
  return new Worker(`import('tsx/esm/api').then((tsx) => (tsx.register(), import(${url})))`, {
    eval: true,
    execArgv: [],
  });
}
