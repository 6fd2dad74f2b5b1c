/** What a service must offer so that {@link RemoteEngine} runs queries on it: one implementation a file. */
import type { Schema } from '../../kql/types.ts';
import type { EngineKind } from '../engine.ts';
import type { LandedColumn } from '../local/landing.ts';

/** What is sent: complete KQL, and its parameters where the text declares them itself. */
export interface RemoteQuery {
  readonly text: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Names the request at the service, to cancel it. */
  readonly id: string;
}

/** An HTTP reply whose body has not been read. */
export interface HttpReply {
  readonly status: number;
  /** Value of the header of that name, lower case. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
}

/** A table of a reply: its columns, and which of the arrays with rows is its own. */
export interface ReplyTable {
  readonly columns: readonly LandedColumn[];
  readonly array: number;
  /** Present where the service says that it is this table whose rows are not all. */
  readonly errors?: readonly ServiceError[];
}

/** What a service said is wrong. */
export interface ServiceError {
  readonly code: string;
  readonly message: string;
  /** 1-based line of the sent text, and the place in it as the service counts. */
  readonly place?: { readonly line: number; readonly position: number; readonly token?: string };
}

/** A reply without its rows. */
export interface ReplyFrame {
  readonly tables: readonly ReplyTable[];
  /** Present when the rows are not all. */
  readonly errors: readonly ServiceError[];
  readonly notices: readonly string[];
}

/** How parameters reach the service. */
export type ParameterStyle = 'declare' | 'let';

export interface RemoteService {
  readonly kind: Exclude<EngineKind, 'local'>;
  /** As in {@link Engine.name}. */
  readonly name: string;
  /** The service alone, for messages: `Azure Data Explorer`. */
  readonly product: string;
  readonly rowKind: 'array' | 'object';
  readonly parameterStyle: ParameterStyle;
  /** Rows after which the service ends a result without a word; absent where it says so. */
  readonly silentRowLimit?: number;
  /** The service's limits of a result, for people. */
  readonly limit: string;
  /** How long a query may take, the service's own limit and some more. */
  readonly timeoutMs: number;
  /** Gets what queries can name. */
  schema(token: string | undefined, signal: AbortSignal): Promise<Schema>;
  /** Sends a query and returns the reply, whatever its status. Rejects where there is none. */
  send(query: RemoteQuery, token: string | undefined, signal: AbortSignal): Promise<HttpReply>;
  /** Reads what is left of a good reply without its rows. `firstRows` are some rows of each array. Throws where it is none. */
  read(frame: unknown, firstRows: readonly (readonly string[])[]): ReplyFrame;
  /** Stops a query at the service; absent where closing the connection does. */
  cancel?(id: string, token: string | undefined, signal: AbortSignal): Promise<void>;
  /** What a token must be good for. Asks the service where it says that itself. */
  scopes(signal: AbortSignal): Promise<readonly string[]>;
  /** Origin of the service. */
  readonly endpoint: string;
}
