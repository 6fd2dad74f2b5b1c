/** The tables and parameters of a session as Kusto's binder knows them. */
import { enrichmentBody, enrichments, tableFunctionBody, tableFunctions } from './enrichments.ts';
import { declaredPlugins } from './plugins/declared.ts';
import { itemsOf, kusto } from './syntax/bridge.ts';
import type { BridgeGlobals, BridgeSymbol } from './syntax/bridge.ts';
import type { ParameterValue, ScalarType, Schema } from './types.ts';

const { Symbols, GlobalState } = kusto;

const cache = new WeakMap<Schema, BridgeGlobals>();

/** Returns the binder's state for a schema; made once for each schema object. */
export function globalsOf(schema: Schema, parameters: readonly ParameterValue[] = []): BridgeGlobals {
  let globals = cache.get(schema);
  if (globals === undefined) {
    const tables = schema.tables.map(
      (table) =>
        new Symbols.TableSymbol.$ctor4(
          table.name,
          table.columns.map(
            ({ name, type }) => new Symbols.ColumnSymbol(name, typeSymbol(type), null, null, null, null),
          ),
        ),
    );
    const functions = [
      ...(schema.functions ?? []).map(
        ({ name, parameters, body }) => new Symbols.FunctionSymbol.$ctor16(name, parameters, body, ''),
      ),
      ...[...enrichments].map(([name, enrichment]) =>
        defenderFunction(name, `(T: (*), ${enrichment.parameters})`, enrichmentBody(enrichment)),
      ),
      ...[...tableFunctions].map(([name, table]) =>
        defenderFunction(name, `(${table.parameters})`, tableFunctionBody(table)),
      ),
    ];
    const database = new Symbols.DatabaseSymbol.ctor('local', [...tables, ...functions]);
    globals = GlobalState.Default.WithDatabase(database).WithPlugIns(allPlugins);
    cache.set(schema, globals);
  }
  if (parameters.length === 0) return globals;
  return globals.WithParameters(
    parameters.map(({ name, type }) => new Symbols.ParameterSymbol(name, typeSymbol(type), '')),
  );
}

function defenderFunction(name: string, parameters: string, body: string): BridgeSymbol {
  const description = 'Enrichment by Microsoft Defender; here from a table loaded for it, else empty.';
  return new Symbols.FunctionSymbol.$ctor16(name, parameters, body, description);
}

/** The library's own, and those that it does not know. */
const allPlugins: readonly BridgeSymbol[] = [
  ...itemsOf(kusto.PlugIns.All),
  ...declaredPlugins.map(
    ({ name, parameters, columns }) =>
      new Symbols.FunctionSymbol.$ctor16(name, `(${parameters})`, `{ datatable(${columns})[] }`, ''),
  ),
];

const { ScalarTypes } = Symbols;

const typeSymbols: Readonly<Record<ScalarType, BridgeSymbol>> = {
  bool: ScalarTypes.Bool,
  int: ScalarTypes.Int,
  long: ScalarTypes.Long,
  real: ScalarTypes.Real,
  decimal: ScalarTypes.Decimal,
  string: ScalarTypes.String,
  guid: ScalarTypes.Guid,
  datetime: ScalarTypes.DateTime,
  timespan: ScalarTypes.TimeSpan,
  dynamic: ScalarTypes.Dynamic,
};

function typeSymbol(type: ScalarType): BridgeSymbol {
  return typeSymbols[type];
}
