/** Mathematical and bitwise functions. */
import type { ScalarTranslator, SqlExpression } from '../expression.ts';
import { convert, realOf } from './convert.ts';
import { differing, exact, ofFirst, sqlFunction, typed } from './entry.ts';
import type { ScalarEntry, ScalarTable } from './entry.ts';

/** A function of one real. */
function real(build: (x: string) => string): ScalarEntry {
  return typed(['real'], build);
}

/** Null for a negative argument, minus infinity for 0; DuckDB refuses both. */
function logarithm(sqlName: string): ScalarEntry {
  return real(
    (x) => `CASE WHEN ${x} > 0 THEN ${sqlName}(${x}) WHEN ${x} = 0 THEN CAST('-Infinity' AS DOUBLE) END`,
  );
}

/** NaN outside of -1 to 1, where DuckDB refuses. */
function arc(sqlName: string): ScalarEntry {
  return real(
    (x) =>
      `CASE WHEN abs(${x}) <= 1 THEN ${sqlName}(${x}) WHEN ${x} IS NOT NULL THEN CAST('NaN' AS DOUBLE) END`,
  );
}

const abs: ScalarTranslator = ofFirst((value, _rest, call) => {
  if (call.type === 'real') return `abs(${realOf(value)})`;
  return call.type === 'decimal' ? `abs(${value.sql})` : `TRY(abs(${convert(value, call.type)}))`;
});

const round: ScalarTranslator = ofFirst((value, [digits], call) => {
  if (call.type === 'int' || call.type === 'long') return convert(value, call.type);
  return `kql_round(${convert(value, call.type)}, ${digits === undefined ? '0' : `CAST(${digits.sql} AS INTEGER)`})`;
});

/** The greatest or least of the arguments that are not null, in the type that the language finds for them. */
function extreme(sqlName: 'greatest' | 'least'): ScalarEntry {
  return exact((args, call) => `${sqlName}(${args.map((arg) => convert(arg, call.type)).join(', ')})`);
}

/** The value lies within a distance of the centre, both ends included. */
const around: ScalarTranslator = ([value, centre, distance], call) => {
  if (value === undefined || centre === undefined || distance === undefined) {
    return call.invalid('around() needs a value, a centre and a distance.');
  }
  if (value.type === 'datetime' || value.type === 'timespan') {
    const [at, middle, size] = [value.sql, convert(centre, value.type), convert(distance, 'timespan')];
    return `(abs(${at} - ${middle}) <= ${size})`;
  }
  return `(abs(${realOf(value)} - ${realOf(centre)}) <= ${realOf(distance)})`;
};

const rand: ScalarTranslator = ([bound]) =>
  bound === undefined ? 'random()' : `floor(random() * ${realOf(bound)})`;

function shift(operator: '<<' | '>>'): ScalarEntry {
  return typed(
    ['long'],
    (value, amount) => `kql_shift_${operator === '<<' ? 'left' : 'right'}(${value}, ${amount})`,
  );
}

function whole(value: SqlExpression): boolean {
  return value.type === 'int' || value.type === 'long';
}

/** A whole number is neither infinite nor NaN. */
function realTest(sqlName: string, ofWhole: string): ScalarEntry {
  return exact(
    ofFirst((value) =>
      whole(value) ? `(${value.sql} IS NOT NULL AND ${ofWhole})` : `${sqlName}(${realOf(value)})`,
    ),
  );
}

export const mathFunctions: ScalarTable = {
  abs: exact(abs),
  ceiling: typed(['real'], (x) => `ceil(${x})`),
  round: exact(round),
  sign: real((x) => `CAST(kql_sign(${x}) AS DOUBLE)`),
  sqrt: real((x) => `kql_sqrt(${x})`),
  exp: sqlFunction('exp', ['real']),
  exp2: real((x) => `pow(2.0, ${x})`),
  exp10: real((x) => `pow(10.0, ${x})`),
  pow: sqlFunction('pow', ['real']),
  log: logarithm('ln'),
  log2: logarithm('log2'),
  log10: logarithm('log10'),
  sin: sqlFunction('sin', ['real']),
  cos: sqlFunction('cos', ['real']),
  tan: sqlFunction('tan', ['real']),
  cot: sqlFunction('cot', ['real']),
  asin: arc('asin'),
  acos: arc('acos'),
  atan: sqlFunction('atan', ['real']),
  atan2: sqlFunction('atan2', ['real']),
  degrees: sqlFunction('degrees', ['real']),
  radians: sqlFunction('radians', ['real']),
  pi: exact(() => 'pi()'),
  gamma: real((x) => `gamma(${x})`),
  loggamma: real((x) => `lgamma(${x})`),
  erf: real((x) => `kql_erf(${x})`),
  erfc: real((x) => `(1 - kql_erf(${x}))`),
  isnan: realTest('isnan', 'false'),
  isinf: realTest('isinf', 'false'),
  isfinite: realTest('isfinite', 'true'),
  max_of: extreme('greatest'),
  min_of: extreme('least'),
  around: exact(around),
  rand: differing('The numbers are random here too, but not the same ones.', rand),
  binary_and: typed(['long'], (a, b) => `(${a} & ${b})`),
  binary_or: typed(['long'], (a, b) => `(${a} | ${b})`),
  binary_xor: typed(['long'], (a, b) => `xor(${a}, ${b})`),
  binary_not: typed(['long'], (a) => `(~${a})`),
  binary_shift_left: shift('<<'),
  binary_shift_right: shift('>>'),
  bitset_count_ones: typed(['long'], (a) => `CAST(bit_count(${a}) AS BIGINT)`),
};
