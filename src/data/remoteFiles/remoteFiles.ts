/**
 * Files at web addresses, as files on disk.
 *
 * Contracts: no host is contacted that the user has not agreed to, redirects included; a file that is kept is asked for
 * by its version and not sent again; when its host cannot be reached, what is kept is read, and a notice says so.
 */
import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { EntryStore } from '../cache/entryStore.ts';
import { DataError } from '../dataError.ts';
import type { Progress } from '../progress.ts';
import type { LogFile } from '../resolvePaths.ts';
import { BrokenDownload, download, StatusError, type Validators } from './download.ts';
import { ConnectionError, type Exchange } from './exchange.ts';
import { remoteUrl, shownUrl } from './remoteUrl.ts';

export interface RemoteFilesOptions {
  /** Where downloads are kept; absent: only as long as their load takes. */
  readonly store?: EntryStore;
  /** Asks whether a host may be contacted; an answer lasts for the session. */
  readonly allowUrl: (url: URL) => Promise<boolean>;
  /** Largest file that is downloaded. */
  readonly maxBytes: number;
  /** Proxy for an address, where the process does not know it by itself. */
  readonly proxyFor?: Exchange['proxyFor'];
  /** Longest silence of a server. */
  readonly silenceMs?: number;
  /** Pause before a broken download is taken up again. */
  readonly retryMs?: number;
  readonly now?: () => Date;
}

/** Default of the largest file that is downloaded. */
export const defaultMaxDownloadBytes = 2 * 2 ** 30;

/** The downloads of one load. */
export interface Downloads {
  /** Returns the file at the address. Throws {@link DataError}; rejects with the abort when stopped. */
  fetch(address: string, pathIndex: number): Promise<LogFile>;
  /** What the hunter should know of the files. */
  readonly notices: readonly string[];
  /** Removes the files that are not kept. */
  dispose(): Promise<void>;
}

const aboutSchema = z.object({
  etag: z.string().optional(),
  lastModified: z.string().optional(),
  savedAt: z.string(),
});
const partialSchema = aboutSchema.omit({ savedAt: true });

export class RemoteFiles {
  readonly #options: RemoteFilesOptions;
  /** Answers by `protocol//host`, asked once. */
  readonly #answers = new Map<string, Promise<boolean>>();

  constructor(options: RemoteFilesOptions) {
    this.#options = options;
  }

  begin(onProgress?: (progress: Progress) => void, signal?: AbortSignal): Downloads {
    const notices: string[] = [];
    const temporary: string[] = [];
    return {
      notices,
      fetch: async (address, pathIndex) => {
        const run: Run = {
          url: remoteUrl(address, pathIndex),
          pathIndex,
          signal,
          onProgress,
          notices,
          temporary,
        };
        const path = await this.#fetch(run);
        const sizeBytes = (await stat(path)).size;
        if (sizeBytes > 0) return { shownPath: shownUrl(address), path, sizeBytes, pathIndex };
        throw new DataError('empty-file', `${shownUrl(address)} is empty (0 bytes).`, pathIndex);
      },
      dispose: async () => {
        for (const path of temporary) await rm(path, { recursive: true, force: true });
      },
    };
  }

  /** Returns the path of the file's content. */
  async #fetch(run: Run): Promise<string> {
    const { store } = this.#options;
    const name = nameOf('whole', run.url);
    const partialName = nameOf('partial', run.url);
    const entry = await store?.find(name);
    const known = aboutSchema.safeParse(entry?.about);
    const target = await this.#target(run);
    const partial = await store?.take(partialName, target);
    let version: Validators | undefined;
    try {
      const downloaded = await download({
        ...this.#limits(),
        url: run.url,
        target,
        partial: partialSchema.safeParse(partial).data,
        known: known.data,
        allowUrl: (url) => this.#isAllowed(url),
        pathIndex: run.pathIndex,
        onVersion: (begun) => (version = begun),
        onProgress: (doneBytes, totalBytes = doneBytes) =>
          run.onProgress?.({ doneBytes, totalBytes, what: `Downloading ${shownUrl(run.url.href)}` }),
        exchange: this.#exchange(run),
      });
      if (downloaded.kind === 'unchanged' && entry !== undefined) return entry.dataPath;
      if (downloaded.kind === 'whole') {
        const about = { ...downloaded.version, savedAt: this.#now().toISOString() };
        return (await store?.keep(name, about, target)) ?? target;
      }
      throw new Error('The server called a file unchanged that it had not been asked about.');
    } catch (error) {
      if (version !== undefined && !(error instanceof DataError)) {
        await store?.keep(partialName, version, target).catch(() => undefined);
      }
      run.signal?.throwIfAborted();
      if (error instanceof DataError || !isFailure(error)) throw error;
      if (entry === undefined || !known.success || !isPassing(error)) throw failed(run, error);
      run.notices.push(
        `${shownUrl(run.url.href)} could not be fetched: ${error.message}. It was read as it was downloaded on ${known.data.savedAt.slice(0, 10)}.`,
      );
      return entry.dataPath;
    }
  }

  async #target({ temporary }: Run): Promise<string> {
    const draft = await this.#options.store?.draft();
    if (draft !== undefined) {
      temporary.push(draft);
      return draft;
    }
    const folder = await mkdtemp(join(tmpdir(), 'hunt-download-'));
    temporary.push(folder);
    return join(folder, 'file');
  }

  async #isAllowed(url: URL): Promise<boolean> {
    const host = `${url.protocol}//${url.host}`;
    const asked = this.#answers.get(host) ?? this.#options.allowUrl(url);
    this.#answers.set(host, asked);
    const isAllowed = await asked;
    if (!isAllowed) this.#answers.delete(host); // a refusal may be taken back at the next run
    return isAllowed;
  }

  #limits() {
    const { maxBytes, retryMs = 1000 } = this.#options;
    return { maxBytes, retryMs };
  }

  #exchange({ signal }: Run): Omit<Exchange, 'headers'> {
    const { silenceMs = 30_000, proxyFor } = this.#options;
    return { signal, silenceMs, proxyFor };
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }
}

interface Run {
  readonly url: URL;
  readonly pathIndex: number;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly notices: string[];
  /** Paths to remove after the load. */
  readonly temporary: string[];
}

/** The address itself may hold a signature: its digest names the entry. */
function nameOf(kind: string, url: URL): string {
  return createHash('sha256').update(`${kind} ${url.href}`).digest('hex');
}

type Failure = StatusError | ConnectionError | BrokenDownload;

function isFailure(error: unknown): error is Failure {
  return error instanceof StatusError || error instanceof ConnectionError || error instanceof BrokenDownload;
}

/** Whether the file may well be there another time. */
function isPassing(error: Failure): boolean {
  return (
    !(error instanceof StatusError) || error.status >= 500 || error.status === 429 || error.status === 408
  );
}

const advice: Readonly<Record<number, string>> = {
  401: 'It needs a sign-in, which `load` does not do. Download the file, and load that.',
  403: 'Reading it is not allowed without a sign-in, or its link has expired. Download the file, and load that.',
  404: 'There is no such file. Check the address.',
  410: 'The file is gone. Check the address.',
};

function failed({ url, pathIndex }: Run, error: Failure): DataError {
  const next =
    (error instanceof StatusError && advice[error.status]) ||
    'Try again later, or download the file and load that.';
  return new DataError(
    'download-failed',
    `${shownUrl(url.href)} could not be fetched: ${error.message}. ${next}`,
    pathIndex,
  );
}
