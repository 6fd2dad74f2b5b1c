/** Requests to the extension and their answers. */
import type { Page, PageRequest } from '../engine/result.ts';
import type { RendererMessage } from './protocol.ts';

export interface Messaging {
  /** Absent where the host gives no messaging; then only what came with the output can be shown. */
  readonly post: ((message: RendererMessage) => void) | undefined;
}

interface Waiting {
  readonly resolve: (page: Page) => void;
  readonly reject: (error: Error) => void;
}

/** Asks for pages and pairs the answers with the questions; every editor's answers are heard, so ids decide. */
export class PageRequests {
  readonly #waiting = new Map<string, Waiting>();

  constructor(private readonly messaging: Messaging) {}

  /** Returns the page; rejects with a sentence for the hunter when it cannot be had. */
  fetch(resultId: string, request: PageRequest): Promise<Page> {
    const { post } = this.messaging;
    if (!post)
      return Promise.reject(
        new Error('Only the first rows can be shown here. Open the notebook in VS Code.'),
      );
    const requestId = crypto.randomUUID();
    return new Promise((resolve, reject) => {
      this.#waiting.set(requestId, { resolve, reject });
      post({ kind: 'page', requestId, resultId, request });
    });
  }

  /** Takes an answer. */
  answer(requestId: string, answer: { readonly page: Page } | { readonly error: string }): void {
    const waiting = this.#waiting.get(requestId);
    if (!waiting) return;
    this.#waiting.delete(requestId);
    if ('page' in answer) waiting.resolve(answer.page);
    else waiting.reject(new Error(answer.error));
  }
}

/** Puts text on the clipboard: by the webview where it may, else by the extension. */
export async function copyText(text: string, messaging: Messaging): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch (error) {
    if (!messaging.post) throw error;
    messaging.post({ kind: 'copy', text });
  }
}
