/** What the registry of aggregates holds, and how an entry gets its filtered twin. */
import type { AggregateTranslator, Call, SqlExpression, Support } from '../expression.ts';

export type AggregateEntry = { readonly translate: AggregateTranslator } & Support;

/** Aggregates by name, as a subject's file lists them. */
export type AggregateTable = Readonly<Record<string, AggregateEntry>>;

/** Builds an aggregate's SQL; `filter` is '' or a FILTER clause that each SQL aggregate in it must carry. */
export type FilteredAggregate = (args: readonly SqlExpression[], filter: Filter, call: Call) => string;

/** The rows that an aggregate sees, as conditions. */
export interface Filter {
  /** The FILTER clause, with further conditions; empty when there is nothing to filter. */
  where(...conditions: string[]): string;
}

function filterOf(predicate: string | undefined): Filter {
  return {
    where: (...conditions) => {
      const all = predicate === undefined ? conditions : [predicate, ...conditions];
      return all.length === 0 ? '' : ` FILTER (WHERE ${all.join(' AND ')})`;
    },
  };
}

/** No row is left out. */
export const overEverything: Filter = filterOf(undefined);

/** The entry of an aggregate over all rows. */
export function overAll(build: FilteredAggregate, support: Support = { support: 'yes' }): AggregateEntry {
  return { translate: (args, call) => build(args, overEverything, call), ...support };
}

/** The entry of its `...if` form, whose argument at `place` is the predicate. */
export function overMatching(
  build: FilteredAggregate,
  place: number,
  support: Support = { support: 'yes' },
): AggregateEntry {
  return {
    translate: (args, call) => {
      const predicate = args[place];
      if (predicate === undefined) return call.invalid(`${call.name}() needs a condition.`, place);
      return build(
        args.filter((_arg, index) => index !== place),
        filterOf(predicate.condition ?? predicate.sql),
        call,
      );
    },
    ...support,
  };
}

/** The argument at `index`, or a semantic error. */
export function argument(args: readonly SqlExpression[], index: number, call: Call): SqlExpression {
  return args[index] ?? call.invalid(`${call.name}() needs at least ${index + 1} arguments.`);
}
