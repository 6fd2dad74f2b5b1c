/** What running a cell takes: the session's side of it, the request, and where the cell runs. */
import type { LoadServices } from '../../data/loadServices.ts';
import type { Engine } from '../../engine/engine.ts';
import type { LocalEngine } from '../../engine/local/localEngine.ts';
import type { ParameterValue } from '../../kql/types.ts';
import type { ActionContext } from '../../steps/step.ts';
import type { Connections } from '../connections.ts';
import { withMissingTables, type Attempt, type TableOrigins } from '../missingTables.ts';
import type { PublishedLets } from '../publishedLets.ts';
import type { PublishedResults } from '../sentTables.ts';

/** What a session lends to each cell that it runs. */
export interface RunContext extends TableOrigins {
  readonly engine: LocalEngine;
  readonly folder: string;
  readonly allowPath: ActionContext['allowPath'];
  readonly now: () => Date;
  readonly parameters: readonly ParameterValue[];
  readonly lets: PublishedLets;
  readonly connections: Connections;
  readonly published: PublishedResults;
  readonly allowUrl?: ActionContext['allowUrl'];
  readonly loads?: LoadServices;
}

/** One request to run a cell: the key by which the session knows the cell, and how to stop it and hear of it. */
export interface CellRun {
  readonly key: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: ActionContext['onProgress'];
}

export function signalOf({ signal }: CellRun): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** Tables that no cell has made are looked for where the local engine runs the cell, and nowhere else. */
export async function tryOn<T>(
  engine: Engine,
  context: RunContext,
  run: CellRun,
  attempt: () => Promise<Attempt<T>>,
): ReturnType<typeof withMissingTables<T>> {
  if (engine.kind === 'local') return withMissingTables(context, run, attempt);
  const tried = await attempt();
  return tried.ok ? { ...tried, loaded: [], notices: [] } : tried;
}
