/**
 * The KQL room: query text in, DuckDB SQL and editor answers out. Nothing here knows of files, steps or VS Code, and
 * no object of the language library leaves the room.
 */
import type { Translation, TranslationRequest } from './translation.ts';

export { createKqlService } from './service.ts';
export { jsFunctions } from './functions/jsFunctions.ts';
export { lateFunctions } from './functions/lateFunctions.ts';
export { functionMacros as engineMacros } from './functions/macros.ts';
export { identifier, physicalNames } from './sql/identifier.ts';
export { sqlTypes, stringLiteral } from './sql/literal.ts';
export { parseDatetime } from './time/parseDatetime.ts';
export { parseTimespan } from './time/parseTimespan.ts';
export { formatDatetime, formatTimespan } from './time/ticks.ts';
export type { KqlError, KqlErrorKind } from './errors.ts';
export type { ScalarFunction } from './scalarFunction.ts';
export type * from './translation.ts';
export type * from './types.ts';

/** Translates in this process; the language library loads with the first call. */
export async function translate(request: TranslationRequest): Promise<Translation> {
  return (await import('./translate.ts')).translate(request);
}
