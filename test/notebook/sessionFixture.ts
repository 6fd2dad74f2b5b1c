/** A session on a real engine in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalEngine } from '../../src/engine/local/openLocalEngine.ts';
import { createKqlService } from '../../src/kql/index.ts';
import type { CellOutcome, RunnableLanguage } from '../../src/notebook/cell.ts';
import type { FrontMatter } from '../../src/notebook/huntDocument.ts';
import { createSession, type Session, type SessionOptions } from '../../src/notebook/session.ts';

export interface Opened {
  readonly session: Session;
  readonly folder: string;
  readonly run: (language: RunnableLanguage, text: string, key?: string) => Promise<CellOutcome>;
  readonly close: () => Promise<void>;
}

/** In this thread: the worker of the shipped extension needs the built bundle. */
const kql = createKqlService();

export async function openSession(
  frontMatter: FrontMatter = { params: [] },
  options: Partial<SessionOptions> = {},
): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), 'hunt-session-'));
  const engine = await openLocalEngine({
    kql,
    folder: join(folder, 'engine'),
    threads: 1,
    memoryLimitBytes: 512 * 1024 ** 2,
  });
  const allowPath = (): Promise<boolean> => Promise.resolve(true);
  const session = createSession({
    engine,
    folder,
    fileName: 'a.hunt.md',
    frontMatter,
    allowPath,
    ...options,
  });
  return {
    session,
    folder,
    run: (language, text, key) => session.runCell({ language, text }, key === undefined ? {} : { key }),
    close: async () => {
      await session.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The rows of a cell's last result; a failed cell's errors as text instead. */
export async function rowsOf(outcome: CellOutcome): Promise<unknown> {
  if (outcome.status === 'failed') return outcome.errors.map(({ code, message }) => `${code}: ${message}`);
  if (outcome.status === 'cancelled') return 'cancelled';
  const page = await outcome.results.at(-1)?.table.page({ offset: 0, limit: 100 });
  return page?.rows;
}
