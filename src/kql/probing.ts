/** Translation of texts whose columns only the data decide: probe, then translate again with the answer. */
import { scalarTypes } from './types.ts';
import type { Column } from './types.ts';
import type { DiscoveredColumns, Translation, TranslationRequest } from './translation.ts';

/** More plugins of open schema than this in one text are refused with the last probe's error. */
const maxProbes = 32;

/** What a probe found, as its SQL returns it. */
export interface ProbedColumn {
  readonly name: string;
  readonly type: string;
}

/**
 * Translates, running what probes the translation asks for; `run` returns the rows of a probe. Rejects as `translate`
 * and `run` do.
 */
export async function translateWithProbes(
  request: TranslationRequest,
  translate: (request: TranslationRequest) => Promise<Translation>,
  run: (
    sql: string,
    place: { readonly start: number; readonly length: number },
  ) => Promise<readonly ProbedColumn[]>,
): Promise<Translation> {
  const discovered: DiscoveredColumns[] = [];
  for (;;) {
    const translation = await translate(discovered.length === 0 ? request : { ...request, discovered });
    if (translation.ok || translation.probe === undefined || discovered.length >= maxProbes)
      return translation;
    const { sql, place } = translation.probe;
    const { start, length } = translation.errors[0] ?? { start: 0, length: request.text.length };
    discovered.push({ place, columns: (await run(sql, { start, length })).map(columnOf) });
  }
}

function columnOf({ name, type }: ProbedColumn): Column {
  return { name, type: scalarTypes.find((known) => known === type) ?? 'dynamic' };
}
