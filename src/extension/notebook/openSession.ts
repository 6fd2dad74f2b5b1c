/** Opens a session for a notebook. DuckDB is loaded here, with the first cell that runs, and not before. */
import type * as vscode from 'vscode';
import type { KqlService } from '../../kql/translation.ts';
import type { TokenSource } from '../../engine/remote/tokens.ts';
import type { FrontMatter } from '../../notebook/huntDocument.ts';
import type { Session } from '../../notebook/session.ts';
import type { FileAccess } from '../../steps/step.ts';
import { readSettings } from '../settings.ts';
import { pathConsent } from './pathConsent.ts';
import { makeSessionFolder } from './sessionFolder.ts';
import { urlConsent } from './urlConsent.ts';

export interface SessionPlan {
  readonly storage: string;
  readonly kql: KqlService;
  readonly notebookUri: vscode.Uri;
  /** Folder that relative paths start from. */
  readonly folder: string;
  readonly fileName: string;
  readonly frontMatter: FrontMatter;
  readonly tokens: TokenSource;
  /** Keys of the notebook's cells in their order. */
  readonly cellOrder: () => readonly string[];
}

/** Returns the session and the folder that it keeps its database in, to be removed after it. */
export async function openSession(plan: SessionPlan): Promise<{ session: Session; folder: string }> {
  const { kql, folder: notebookFolder, fileName, frontMatter, notebookUri, tokens, cellOrder } = plan;
  const [{ openLocalEngine }, { createSession }] = await Promise.all([
    import('../../engine/local/openLocalEngine.ts'),
    import('../../notebook/session.ts'),
  ]);
  const { memoryLimit, threads } = readSettings(notebookUri);
  const memoryLimitBytes = bytesFromSize(memoryLimit);
  const folder = await makeSessionFolder(plan.storage);
  const engine = await openLocalEngine({
    folder,
    kql,
    ...(memoryLimitBytes !== undefined && { memoryLimitBytes }),
    ...(threads > 0 && { threads }),
  });
  const session = createSession({
    engine,
    ...fileAccess(notebookUri, notebookFolder),
    allowUrl: urlConsent(),
    fileName,
    frontMatter,
    tokens,
    cellOrder,
  });
  return { session, folder };
}

/** Where a notebook's relative paths start from, and the question before it reads a file elsewhere. */
export function fileAccess(notebookUri: vscode.Uri, folder: string): FileAccess {
  return { folder, allowPath: pathConsent(notebookUri.scheme === 'file' ? [folder] : []) };
}

const bytesPer: Readonly<Record<string, number>> = {
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
};

/** `2GB` as bytes; undefined for an empty or unreadable size, which means the default. */
function bytesFromSize(size: string): number | undefined {
  const [, amount = '', unit = ''] = /^\s*([\d.]+)\s*([MG]i?B)\s*$/i.exec(size) ?? [];
  const bytes = Number(amount) * (bytesPer[unit.toUpperCase()] ?? Number.NaN);
  return Number.isFinite(bytes) && bytes > 0 ? bytes : undefined;
}
