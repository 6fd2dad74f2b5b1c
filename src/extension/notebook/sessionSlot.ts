/** The live session of one notebook: opened by the first who needs it, ended together with its files. */
import { rm } from 'node:fs/promises';
import type { Session } from '../../notebook/session.ts';

export interface OpenedSession {
  readonly session: Session;
  /** Holds the session's database; removed after it. */
  readonly folder: string;
}

export class SessionSlot {
  readonly #open: () => Promise<OpenedSession>;
  #opening: Promise<OpenedSession> | undefined;
  #current: Session | undefined;

  constructor(open: () => Promise<OpenedSession>) {
    this.#open = open;
  }

  /** The session, where one is open already. */
  get current(): Session | undefined {
    return this.#current;
  }

  /** The session, opened on first use. One that could not be opened is tried again by the next who asks. */
  async get(): Promise<Session> {
    this.#opening ??= this.#openOnce();
    return (await this.#opening).session;
  }

  async #openOnce(): Promise<OpenedSession> {
    try {
      const opened = await this.#open();
      this.#current = opened.session;
      return opened;
    } catch (error) {
      this.#opening = undefined;
      throw error;
    }
  }

  /** Ends the session with its tables; the next who asks gets a new one. */
  async end(): Promise<void> {
    const opened = await this.#opening?.catch(() => undefined);
    this.#opening = undefined;
    this.#current = undefined;
    if (opened === undefined) return;
    await opened.session.dispose();
    await rm(opened.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
