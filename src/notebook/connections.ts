/**
 * Which engine each cell of a notebook runs on. A connect step binds the cells below it; a cell whose first line says
 * `// engine: NAME` runs there, whatever stands above it.
 *
 * Contract: the order of the cells decides, not the order in which they ran. Where the shell does not tell the order, the
 * connect step that ran last binds.
 */
import { defenderTables } from '../data/schemas/defenderTables.ts';
import type { Engine } from '../engine/engine.ts';
import type { LocalEngine } from '../engine/local/localEngine.ts';
import { openRemote, type RemoteTarget } from '../engine/remote/openRemote.ts';
import type { ProxyFor } from '../engine/remote/proxyTunnel.ts';
import type { RemoteEngine } from '../engine/remote/remoteEngine.ts';
import type { TokenSource } from '../engine/remote/tokens.ts';
import type { ConnectionSwitch } from '../steps/step.ts';

export interface ConnectionOptions {
  readonly engine: LocalEngine;
  /** Signs requests; absent: they go unsigned. */
  readonly tokens?: TokenSource;
  /** Proxy for an address, where the shell's own `fetch` does not know it. */
  readonly proxyFor?: ProxyFor;
  /** Keys of the notebook's cells in their order, as the shell runs them. */
  readonly cellOrder?: () => readonly string[];
}

/** The engine of a cell, or why it has none. */
export type CellEngine =
  | { readonly ok: true; readonly engine: Engine }
  | { readonly ok: false; readonly message: string; readonly start: number; readonly length: number };

const unsigned: TokenSource = { token: () => Promise.resolve(undefined) };

export class Connections {
  readonly #options: ConnectionOptions;
  readonly #remotes = new Map<string, RemoteEngine>();
  /** Name of the connection that the connect step of each cell chose, in the order in which they ran. */
  readonly #bound = new Map<string, string>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** What the connect step of the cell may do. */
  switchOf(key: string, signal: AbortSignal | undefined): ConnectionSwitch {
    return {
      connect: (target, name) => this.#connect(key, target, name, signal),
      use: (name) => this.#use(key, name),
      names: () => this.names(),
    };
  }

  async #connect(
    key: string,
    target: RemoteTarget,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly engine: string; readonly tables: number }> {
    const { engine: session, tokens = unsigned, proxyFor } = this.#options;
    const engine = await openRemote(
      target,
      { session, tokens, defenderTables, ...(proxyFor !== undefined && { proxyFor }) },
      signal,
    );
    await this.#remotes.get(name)?.dispose();
    this.#remotes.set(name, engine);
    this.#bind(key, name);
    return { engine: engine.name, tables: engine.schema().tables.length };
  }

  #use(key: string, name: string): string | undefined {
    const engine = this.#named(name);
    if (engine !== undefined) this.#bind(key, name);
    return engine?.name;
  }

  #bind(key: string, name: string): void {
    this.#bound.delete(key); // so that it comes last
    this.#bound.set(key, name);
  }

  #named(name: string): Engine | undefined {
    return name === 'local' ? this.#options.engine : this.#remotes.get(name);
  }

  /** Returns the engine that a cell with this text runs on. */
  engineOf(key: string, text: string): CellEngine {
    const wanted = /^\s*(?:\/\/|#)\s*engine:[ \t]*(\S+)/d.exec(text);
    const name = wanted?.[1] ?? this.#boundName(key);
    const engine = this.#named(name);
    if (engine !== undefined) return { ok: true, engine };
    const [start = 0, end = text.length] = wanted?.indices?.[1] ?? [];
    const known = ['local', ...this.names()].join(', ');
    const message = `No cell above connects to \`${name}\`. The engines are ${known}; a connect step with \`as: ${name}\` makes one of that name.`;
    return { ok: false, message, start, length: end - start };
  }

  #boundName(key: string): string {
    const order = this.#options.cellOrder?.() ?? [];
    const place = order.indexOf(key);
    const nearest =
      place < 0
        ? [...this.#bound.keys()].at(-1)
        : order.slice(0, place).findLast((above) => this.#bound.has(above));
    return (nearest === undefined ? undefined : this.#bound.get(nearest)) ?? 'local';
  }

  /** Names of the connections, the latest last. */
  names(): readonly string[] {
    return [...this.#remotes.keys()];
  }

  /** The engine of cells of which nothing is known: that of the connect step that ran last. */
  latest(): Engine {
    const name = [...this.#bound.values()].at(-1) ?? 'local';
    return this.#named(name) ?? this.#options.engine;
  }

  /** The remote engines, the latest connection last. */
  remotes(): readonly RemoteEngine[] {
    return [...this.#remotes.values()];
  }

  /** Closes all connections; every cell is local again. */
  async clear(): Promise<void> {
    const remotes = [...this.#remotes.values()];
    this.#remotes.clear();
    this.#bound.clear();
    for (const remote of remotes) await remote.dispose();
  }
}
