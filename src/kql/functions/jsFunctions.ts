/**
 * The scalar functions that run in JavaScript, the last resort: DuckDB calls them on Node's thread, one row at a
 * time, at about two microseconds each, whatever the number of its own threads.
 */
import type { ScalarFunction } from '../scalarFunction.ts';
import { addressJsFunctions } from './js/addresses.ts';
import { bagJsFunctions } from './js/bags.ts';
import { distributionJsFunctions } from './js/distributions.ts';
import { encodingJsFunctions } from './js/encodings.ts';
import { numberJsFunctions } from './js/numbers.ts';
import { occurrenceJsFunction } from './js/occurrences.ts';
import { parserJsFunctions } from './js/parsers.ts';
import { replaceStringsJsFunction } from './js/replaceStrings.ts';
import { schemaJsFunction } from './js/schema.ts';
import { seriesJsFunctions } from './js/series.ts';
import { seriesModelJsFunctions } from './js/seriesModels.ts';
import { sessionsJsFunction } from './js/sessions.ts';
import { sortTogetherJsFunction } from './js/sortTogether.ts';
import { strongComponentsJsFunction } from './js/strongComponents.ts';
import { timeJsFunctions } from './js/times.ts';

export const jsFunctions: readonly ScalarFunction[] = [
  ...timeJsFunctions,
  ...numberJsFunctions,
  ...distributionJsFunctions,
  ...encodingJsFunctions,
  ...bagJsFunctions,
  ...addressJsFunctions,
  ...parserJsFunctions,
  replaceStringsJsFunction,
  occurrenceJsFunction,
  sortTogetherJsFunction,
  sessionsJsFunction,
  schemaJsFunction,
  strongComponentsJsFunction,
  ...seriesJsFunctions,
  ...seriesModelJsFunctions,
];
