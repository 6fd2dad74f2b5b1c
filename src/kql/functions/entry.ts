/** What a registry of scalar functions holds, and the short ways to write an entry. */
import type { ScalarTranslator, SqlExpression, Support } from '../expression.ts';
import type { ScalarType } from '../types.ts';
import { convert } from './convert.ts';

export type ScalarEntry = {
  readonly translate: ScalarTranslator;
  /** `SqlExpression.memberSource` of the result. */
  readonly memberSource?: (args: readonly SqlExpression[]) => string | undefined;
  /** The type of the result where the language service does not know it, or knows another than the service gives. */
  readonly returns?: ScalarType | ((args: readonly SqlExpression[]) => ScalarType | undefined);
} & Support;

/** Functions by name, as a subject's file lists them. */
export type ScalarTable = Readonly<Record<string, ScalarEntry>>;

/** A function that does what Kusto's does. */
export function exact(translate: ScalarTranslator): ScalarEntry {
  return { translate, support: 'yes' };
}

/** A function whose result can differ from Kusto's; `how` is a sentence of the support table. */
export function differing(how: string, translate: ScalarTranslator): ScalarEntry {
  return { translate, support: 'differs', how };
}

/**
 * A function whose arguments are first converted to `types`, the last of which stands for all further ones; `build`
 * writes the SQL from theirs. Parameters of `build` with a default are optional.
 */
export function typed(types: readonly ScalarType[], build: (...args: string[]) => string): ScalarEntry {
  return exact((args, call) => {
    if (args.length < build.length)
      return call.invalid(`${call.name}() needs at least ${build.length} arguments.`);
    return build(
      ...args.map((arg, index) => convert(arg, types[Math.min(index, types.length - 1)] ?? arg.type)),
    );
  });
}

/** A function that is SQL's own, with its arguments converted to `types`. */
export function sqlFunction(name: string, types: readonly ScalarType[]): ScalarEntry {
  return typed(types, (...args) => `${name}(${args.join(', ')})`);
}

/** A translator of one argument at least. */
export function ofFirst(
  translate: (
    first: SqlExpression,
    rest: readonly SqlExpression[],
    call: Parameters<ScalarTranslator>[1],
  ) => string,
): ScalarTranslator {
  return ([first, ...rest], call) =>
    first === undefined ? call.invalid(`${call.name}() needs an argument.`) : translate(first, rest, call);
}
