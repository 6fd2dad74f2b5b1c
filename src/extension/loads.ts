/** Where the editor keeps loaded tables and downloads: in the extension's own storage, as the settings say. */
import { join } from 'node:path';
import type * as vscode from 'vscode';
import manifest from '../../package.json' with { type: 'json' };
import { defaultCacheLimitBytes, openLoadServices, type LoadServices } from '../data/loadServices.ts';
import { defaultMaxDownloadBytes } from '../data/remoteFiles/remoteFiles.ts';
import { bytesOfSize } from '../data/sizeText.ts';
import { readSettings } from './settings.ts';

/** Returns the services of a notebook; `sessions` is the folder of the sessions, beside which the cache stands. */
export function editorLoads(sessions: string, notebook?: vscode.Uri): LoadServices {
  const { cacheLimit, downloadLimit } = readSettings(notebook);
  return openLoadServices({
    folder: join(sessions, '..', 'loads'),
    cacheLimitBytes: bytesOfSize(cacheLimit) ?? defaultCacheLimitBytes,
    downloadLimitBytes: bytesOfSize(downloadLimit) ?? defaultMaxDownloadBytes,
    version: manifest.version,
  });
}
