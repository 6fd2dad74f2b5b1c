/** What loads use beside the files that they name: a store for tables and downloads, and a way to the web. */
import { EntryStore } from './cache/entryStore.ts';
import { LoadCache } from './cache/loadCache.ts';
import { defaultMaxDownloadBytes, RemoteFiles, type RemoteFilesOptions } from './remoteFiles/remoteFiles.ts';

export interface LoadServices {
  readonly store: EntryStore;
  readonly cache: LoadCache;
  /** How downloads are made; the session adds its consent. */
  readonly downloads: Omit<RemoteFilesOptions, 'allowUrl'>;
}

export interface LoadServicesOptions {
  /** Folder of the user's own for what is kept. */
  readonly folder: string;
  /** Most bytes that are kept; 0 keeps nothing. */
  readonly cacheLimitBytes: number;
  /** Largest file that is downloaded. */
  readonly downloadLimitBytes: number;
  /** Version of the product. */
  readonly version: string;
  readonly proxyFor?: RemoteFilesOptions['proxyFor'];
}

/** Default of the most bytes that are kept: the logs of a few hunts. */
export const defaultCacheLimitBytes = 5e9;

/** Returns the cache and the downloads that loads share, in folders of the user's own. */
export function openLoadServices(options: LoadServicesOptions): LoadServices {
  const { folder, cacheLimitBytes, downloadLimitBytes: maxBytes, version, proxyFor } = options;
  const store = new EntryStore(folder, cacheLimitBytes);
  return {
    store,
    cache: new LoadCache(store, { version }),
    downloads: { store, maxBytes, ...(proxyFor !== undefined && { proxyFor }) },
  };
}

/** Returns what gets files from the web with that consent; undefined without one. */
export function remoteFilesFor(
  services: LoadServices | undefined,
  allowUrl: RemoteFilesOptions['allowUrl'] | undefined,
): RemoteFiles | undefined {
  if (allowUrl === undefined) return undefined;
  return new RemoteFiles({ ...(services?.downloads ?? { maxBytes: defaultMaxDownloadBytes }), allowUrl });
}
