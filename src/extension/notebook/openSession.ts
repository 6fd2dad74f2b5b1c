/** Opens a session for a notebook. DuckDB is loaded here, with the first cell that runs, and not before. */
import type * as vscode from 'vscode';
import type { KqlService } from '../../kql/translation.ts';
import type { TokenSource } from '../../engine/remote/tokens.ts';
import type { FrontMatter } from '../../notebook/huntDocument.ts';
import type { Session } from '../../notebook/session.ts';
import type { FileAccess } from '../../steps/step.ts';
import { bytesOfSize } from '../../data/sizeText.ts';
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
  const [{ openLocalEngine }, { createSession }, { editorLoads }] = await Promise.all([
    import('../../engine/local/openLocalEngine.ts'),
    import('../../notebook/session.ts'),
    import('../loads.ts'),
  ]);
  const { memoryLimit, threads } = readSettings(notebookUri);
  const memoryLimitBytes = bytesOfSize(memoryLimit) ?? 0;
  const folder = await makeSessionFolder(plan.storage);
  const engine = await openLocalEngine({
    folder,
    kql,
    ...(memoryLimitBytes > 0 && { memoryLimitBytes }),
    ...(threads > 0 && { threads }),
  });
  const session = createSession({
    engine,
    ...fileAccess(notebookUri, notebookFolder),
    allowUrl: urlConsent(),
    loads: editorLoads(plan.storage, notebookUri),
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
