/** Binary operators, by the language service's name of their syntax node. */
import type { ScalarTranslator } from '../expression.ts';
import { arithmeticOperators } from './arithmeticOperators.ts';
import { comparisonOperators } from './comparisonOperators.ts';
import { textOperators } from './textOperators.ts';

/** `and` and `or` are the translator's own, since their chains are flattened. */
export const binaryOperators: ReadonlyMap<string, ScalarTranslator> = new Map([
  ...comparisonOperators,
  ...arithmeticOperators,
  ...textOperators,
]);
