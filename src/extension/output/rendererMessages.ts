/** Answers the renderer: pages of a result, pins, copies; and asks it what it draws. */
import { randomUUID } from 'node:crypto';
import * as vscode from 'vscode';
import { z } from 'zod';
import type { WireValue } from '../../kql/types.ts';
import type { DescribedResult, ExtensionMessage } from '../../renderer/protocol.ts';
import { rendererId } from '../contributions.ts';
import { reasonOf } from '../reason.ts';
import type { ShownResult, ShownResults } from './shownResults.ts';

/** Rows in one page at most, so that no request serialises a whole table. */
const maxPageRows = 1000;
const describeTimeoutMs = 5000;

const rowsSchema = z.array(z.array(z.json()));

const messageSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('page'),
    requestId: z.string(),
    resultId: z.string(),
    request: z.object({
      offset: z.int().min(0),
      limit: z
        .int()
        .min(0)
        .transform((limit) => Math.min(limit, maxPageRows)),
      sort: z.array(z.object({ column: z.string(), descending: z.boolean() })).optional(),
      filters: z.array(z.object({ column: z.string().optional(), text: z.string() })).optional(),
    }),
  }),
  z.object({ kind: z.literal('pin'), resultId: z.string(), rows: rowsSchema.optional() }),
  z.object({ kind: z.literal('copy'), text: z.string() }),
  z.object({
    kind: z.literal('described'),
    requestId: z.string(),
    results: z.array(
      z.object({
        resultId: z.string(),
        view: z.enum(['table', 'chart', 'matrix', 'tree']),
        headers: z.array(z.string()),
        cells: z.array(z.array(z.string())),
        firstRow: z.number(),
        matchingRows: z.number().optional(),
        status: z.string(),
        chartText: z.string().optional(),
      }),
    ),
  }),
]);

type Message = z.infer<typeof messageSchema>;

export interface RendererMessages {
  /** Marks a shown result stale or fresh. */
  markStale(resultId: string, isStale: boolean): void;
  /** Returns what the renderers of the visible notebooks draw now; rejects when none answers. */
  describe(): Promise<readonly DescribedResult[]>;
  dispose(): void;
}

/** Starts to answer; `pin` is called with the rows that the user selected, or with none for the whole result. */
export function answerRenderer(
  shownResults: ShownResults,
  pin: (shown: ShownResult, rows?: readonly (readonly WireValue[])[]) => Promise<void>,
): RendererMessages {
  const messaging = vscode.notebooks.createRendererMessaging(rendererId);
  const describing = new Map<string, (results: readonly DescribedResult[]) => void>();
  const post = (message: ExtensionMessage, editor?: vscode.NotebookEditor): Thenable<boolean> =>
    messaging.postMessage(message, editor);

  const answer = async (message: Message, editor: vscode.NotebookEditor): Promise<void> => {
    switch (message.kind) {
      case 'page': {
        await post(await answerPage(shownResults, message), editor);
        return;
      }
      case 'pin': {
        const shown = shownResults.get(message.resultId);
        if (shown === undefined) throw new Error(goneMessage);
        await pin(shown, message.rows);
        return;
      }
      case 'copy':
        await vscode.env.clipboard.writeText(message.text);
        return;
      case 'described':
        describing.get(message.requestId)?.(message.results);
        return;
    }
  };

  const subscription = messaging.onDidReceiveMessage(async ({ message, editor }) => {
    try {
      await answer(messageSchema.parse(message), editor);
    } catch (error) {
      void vscode.window.showErrorMessage(reasonOf(error));
    }
  });

  return {
    markStale(resultId, isStale) {
      void post({ kind: 'stale', resultId, isStale });
    },
    describe() {
      const requestId = randomUUID();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          describing.delete(requestId);
          reject(new Error('No renderer answered.'));
        }, describeTimeoutMs);
        describing.set(requestId, (results) => {
          clearTimeout(timer);
          describing.delete(requestId);
          resolve(results);
        });
        void post({ kind: 'describe', requestId });
      });
    },
    dispose() {
      subscription.dispose();
    },
  };
}

const goneMessage = 'This result is no longer in the session. Run the cell again.';

async function answerPage(
  shownResults: ShownResults,
  { requestId, resultId, request }: Extract<Message, { kind: 'page' }>,
): Promise<ExtensionMessage> {
  const shown = shownResults.get(resultId);
  if (shown === undefined) return { kind: 'failed', requestId, message: goneMessage };
  try {
    return { kind: 'page', requestId, page: await shown.result.table.page(request) };
  } catch (error) {
    return { kind: 'failed', requestId, message: reasonOf(error) };
  }
}
