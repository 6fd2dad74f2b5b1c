/** The contract of the translator: KQL text in, DuckDB SQL or located errors out, all of it plain data. */
import type { KqlError } from './errors.ts';
import type { Column, ParameterValue, Schema } from './types.ts';

export interface TranslationRequest {
  readonly text: string;
  readonly schema: Schema;
  readonly parameters?: readonly ParameterValue[];
  /** `let` statements of earlier cells (KQL text, in order), visible to this text; errors never point into them. */
  readonly lets?: readonly string[];
  /** The instant that `now()` and `ago()` mean, in ticks of 100 ns since 0001-01-01T00:00:00Z. */
  readonly nowTicks: bigint;
  /** Groups are made in ways that go to disk where memory is short, at the cost of time. */
  readonly spills?: boolean;
  /** Answers to the probes of earlier translations of the same text. */
  readonly discovered?: readonly DiscoveredColumns[];
}

/** A question to the data that must be answered before the text can be translated: which columns a plugin yields. */
export interface SchemaProbe {
  /** One complete SELECT of rows (name VARCHAR, type VARCHAR): the columns in order, with Kusto's names of types. */
  readonly sql: string;
  /** Names the plugin in `DiscoveredColumns`: a place in the earlier cells' `let` statements and the text, joined. */
  readonly place: number;
}

/** The answer to a probe. */
export interface DiscoveredColumns {
  readonly place: number;
  readonly columns: readonly Column[];
}

/** `render`: the chart kind and its properties, by Kusto's names. */
export interface Render {
  readonly kind: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** Rows that `externaldata` names, which a query does not fetch by itself. */
export interface ExternalData {
  readonly uris: readonly string[];
  /** Name of the table that, once loaded, stands for them. */
  readonly tableName: string;
  readonly start: number;
  readonly length: number;
}

/** One tabular statement of the text. */
export interface TranslatedQuery {
  /** One complete DuckDB SELECT, without a semicolon. */
  readonly sql: string;
  readonly columns: readonly Column[];
  /** Name given by a trailing `| as Name`. */
  readonly publishAs?: string;
  readonly render?: Render;
  /** Present when rows are missing: the SQL reads no rows in their place, so its result must not be shown as the answer. */
  readonly external?: readonly ExternalData[];
  /** The query ends in a defined row order. */
  readonly isSorted: boolean;
  /** Place of the statement in the text. */
  readonly start: number;
  readonly length: number;
}

export type Translation =
  | {
      readonly ok: true;
      /** Empty when the text holds only `let` statements. */
      readonly queries: readonly TranslatedQuery[];
      /** The text's own `let` statements, to pass on in `TranslationRequest.lets`. */
      readonly lets: readonly string[];
      /** Facts that the user should know, e.g. a function that is approximate here. */
      readonly notices: readonly string[];
    }
  | {
      readonly ok: false;
      readonly errors: readonly KqlError[];
      /** Answer this and translate again; `translateWithProbes` does both. */
      readonly probe?: SchemaProbe;
    };

/** A text that another engine runs. */
export interface Inspection {
  /** The parser's and the binder's errors, at their places; the binder may know less than the engine. */
  readonly errors: readonly KqlError[];
  /** The text is a management command. */
  readonly isCommand: boolean;
  /** One for each table that the text yields, in order; empty when it holds only `let` statements. */
  readonly results: readonly InspectedResult[];
  /** The text's own `let` statements. */
  readonly lets: readonly string[];
  /** Names that the text refers to: of tables, columns and functions. */
  readonly names: readonly string[];
  /** Names of the parameters that the text declares itself. */
  readonly parameters: readonly string[];
}

export interface InspectedResult {
  /** Name given by a trailing `| as Name`. */
  readonly publishAs?: string;
  readonly render?: Render;
  /** Place of the statement in the text. */
  readonly start: number;
  readonly length: number;
}

/** Translates and answers editor questions; in this process or in a worker. */
export interface KqlService {
  translate(request: TranslationRequest): Promise<Translation>;
  /** For a text that another engine runs. */
  inspect(request: TranslationRequest): Promise<Inspection>;
  complete(request: TranslationRequest, offset: number): Promise<readonly Completion[]>;
  hover(request: TranslationRequest, offset: number): Promise<Hover | undefined>;
  dispose(): Promise<void>;
}

export interface Completion {
  readonly label: string;
  readonly kind:
    'keyword' | 'operator' | 'function' | 'aggregate' | 'plugin' | 'table' | 'column' | 'variable' | 'other';
  readonly insertText: string;
  /** Range to replace, in UTF-16 code units. */
  readonly start: number;
  readonly length: number;
}

export interface Hover {
  readonly text: string;
  readonly start: number;
  readonly length: number;
}
