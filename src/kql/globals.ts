/** The tables and parameters of a session as Kusto's binder knows them. */
import { enrichmentBody, enrichments, tableFunctionBody, tableFunctions } from './enrichments.ts';
import { declaredPlugins } from './plugins/declared.ts';
import { itemsOf, kusto } from './syntax/bridge.ts';
import type { BridgeGlobals, BridgeSymbol } from './syntax/bridge.ts';
import type { ParameterValue, ScalarType, Schema } from './types.ts';

const { Symbols, GlobalState } = kusto;

/** For each schema, its states by the names and types of parameters: runs of one notebook differ in values alone. */
const cache = new WeakMap<Schema, { readonly states: Map<string, BridgeGlobals>; uses: number }>();

/** The library's cache grows with the calls that it has seen, so a server that never rests makes it anew now and then. */
const maxUses = 500;

/**
 * Returns the binder's state for a schema and the types of parameters; the same object for up to 500 texts. It holds the
 * library's cache of grammars and bindings, which the library else makes anew for each text.
 */
export function globalsOf(schema: Schema, parameters: readonly ParameterValue[] = []): BridgeGlobals {
  let kept = cache.get(schema);
  if (kept === undefined || kept.uses >= maxUses) {
    kept = { states: new Map(), uses: 0 };
    cache.set(schema, kept);
  }
  kept.uses++;
  const key = JSON.stringify(parameters.map(({ name, type }) => [name, type]));
  const globals = kept.states.get(key) ?? withParameters(stateOf(schema), parameters).WithCache();
  kept.states.set(key, globals);
  return globals;
}

function withParameters(state: BridgeGlobals, parameters: readonly ParameterValue[]): BridgeGlobals {
  if (parameters.length === 0) return state;
  return state.WithParameters(
    parameters.map(({ name, type }) => new Symbols.ParameterSymbol(name, typeSymbol(type), '')),
  );
}

function stateOf(schema: Schema): BridgeGlobals {
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
    ...defenderFunctions,
  ];
  const database = new Symbols.DatabaseSymbol.ctor('local', [...tables, ...functions]);
  return GlobalState.Default.WithDatabase(database).WithPlugIns(allPlugins);
}

function defenderFunction(name: string, parameters: string, body: string): BridgeSymbol {
  const description = 'Enrichment by Microsoft Defender; here from a table loaded for it, else empty.';
  return new Symbols.FunctionSymbol.$ctor16(name, parameters, body, description);
}

const defenderFunctions: readonly BridgeSymbol[] = [
  ...[...enrichments].map(([name, enrichment]) =>
    defenderFunction(name, `(T: (*), ${enrichment.parameters})`, enrichmentBody(enrichment)),
  ),
  ...[...tableFunctions].map(([name, table]) =>
    defenderFunction(name, `(${table.parameters})`, tableFunctionBody(table)),
  ),
];

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
