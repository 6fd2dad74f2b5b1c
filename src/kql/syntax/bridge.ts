/**
 * The slice of `@kusto/language-service-next` that the translator uses, typed by hand: the package's own declarations
 * are 1.7 MB of global namespaces. Importing this module loads the library (about half a second).
 */
import '@kusto/language-service-next/bridge.min.js';
import '@kusto/language-service-next/Kusto.Language.Bridge.min.js';

/** A .NET list as Bridge shows it: an array, or an object with `Count` and `getItem`. */
export type BridgeList<T> = readonly T[] | { readonly Count: number; getItem(index: number): T };

export interface BridgeSymbol {
  readonly Name: string;
  readonly Kind: number;
  readonly Columns?: BridgeList<BridgeColumn> | null;
  readonly IsOpen?: boolean;
  /** Of graphs. */
  readonly EdgeShape?: BridgeSymbol | null;
}

export interface BridgeColumn {
  readonly Name: string;
  readonly Type: BridgeSymbol;
}

export interface BridgeNode {
  readonly Kind: number;
  readonly ChildCount: number;
  readonly TextStart: number;
  readonly End: number;
  readonly ResultType?: BridgeSymbol | null;
  readonly ReferencedSymbol?: BridgeSymbol | null;
  /** Of tokens. */
  readonly Text?: string;
  readonly ValueText?: string;
  /** Of literal expressions. */
  readonly LiteralValue?: unknown;
  GetChild(index: number): BridgeNode | null;
  GetName(index: number): string | null;
  GetExpansion?(): BridgeNode | null;
  ToString(): string;
}

export interface BridgeDiagnostic {
  readonly Severity: string;
  readonly Code: string;
  readonly Message: string;
  readonly Start: number;
  readonly Length: number;
}

export interface BridgeCode {
  readonly Syntax: BridgeNode;
  GetDiagnostics(): BridgeList<BridgeDiagnostic>;
  /** The parser's own part of them. */
  GetSyntaxDiagnostics(): BridgeList<BridgeDiagnostic>;
}

/** Opaque: the tables and functions that a text can name. */
export interface BridgeGlobals {
  WithDatabase(database: BridgeSymbol): BridgeGlobals;
  WithParameters(parameters: readonly BridgeSymbol[]): BridgeGlobals;
  WithPlugIns(plugins: readonly BridgeSymbol[]): BridgeGlobals;
  /** The same state with a cache that texts share; each text makes its own otherwise. */
  WithCache(): BridgeGlobals;
}

export interface BridgeCompletionItem {
  readonly Kind: number;
  readonly DisplayText: string;
  readonly BeforeText: string;
  readonly AfterText: string;
}

export interface BridgeEditorService {
  GetCompletionItems(offset: number): {
    readonly Items: BridgeList<BridgeCompletionItem>;
    readonly EditStart: number;
    readonly EditLength: number;
  };
  GetQuickInfo(offset: number): { readonly Text: string };
}

interface KustoLanguage {
  readonly KustoCode: {
    ParseAndAnalyze(text: string, globals: BridgeGlobals): BridgeCode;
    /** Without names and types. */
    Parse(text: string, globals: BridgeGlobals): BridgeCode;
  };
  readonly Binding: {
    readonly Binder: {
      GetExpressionResultName(expression: BridgeNode, fallback: string | null, row: null): string | null;
    };
  };
  readonly Functions: { readonly All: BridgeList<BridgeSymbol> };
  readonly Aggregates: { readonly All: BridgeList<BridgeSymbol> };
  readonly PlugIns: { readonly All: BridgeList<BridgeSymbol> };
  readonly GlobalState: { readonly Default: BridgeGlobals };
  readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, number>> };
  readonly Symbols: {
    readonly ColumnSymbol: new (
      name: string,
      type: BridgeSymbol,
      description: null,
      original: null,
      originals: null,
      source: null,
    ) => BridgeSymbol;
    readonly TableSymbol: {
      readonly $ctor4: new (name: string, columns: readonly BridgeSymbol[]) => BridgeSymbol;
    };
    readonly FunctionSymbol: {
      readonly $ctor16: new (
        name: string,
        parameters: string,
        body: string,
        description: string,
      ) => BridgeSymbol;
    };
    readonly ParameterSymbol: new (name: string, type: BridgeSymbol, description: string) => BridgeSymbol;
    readonly DatabaseSymbol: {
      readonly ctor: new (name: string, members: readonly BridgeSymbol[]) => BridgeSymbol;
    };
    readonly ScalarTypes: Readonly<
      Record<
        | 'Bool'
        | 'Int'
        | 'Long'
        | 'Real'
        | 'Decimal'
        | 'String'
        | 'Guid'
        | 'DateTime'
        | 'TimeSpan'
        | 'Dynamic',
        BridgeSymbol
      >
    >;
  };
  readonly Editor: {
    readonly KustoCodeService: {
      readonly $ctor1: new (text: string, globals: BridgeGlobals) => BridgeEditorService;
    };
    readonly CompletionKind: Readonly<Record<string, number>>;
  };
}

declare global {
  var Kusto: { readonly Language: KustoLanguage };
}

/** Kusto's own language library. */
export const kusto: KustoLanguage = globalThis.Kusto.Language;

/** Returns a Bridge list's items. */
export function itemsOf<T>(list: BridgeList<T> | null | undefined): readonly T[] {
  if (list === null || list === undefined) return [];
  if ('getItem' in list) return Array.from({ length: list.Count }, (_, index) => list.getItem(index));
  return list;
}
