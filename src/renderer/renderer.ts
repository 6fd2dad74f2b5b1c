/** The notebook renderer of results: VS Code's entry point into the webview. */
import type { ActivationFunction } from 'vscode-notebook-renderer';
import { element } from './dom.ts';
import { isExtensionMessage, isResultOutput } from './guards.ts';
import type { Messaging } from './messaging.ts';
import { PageRequests } from './messaging.ts';
import { OutputView } from './outputView.ts';
import type { ExtensionMessage } from './protocol.ts';
import styles from './styles.css';

export const activate: ActivationFunction = (context) => {
  document.head.append(element('style', { text: styles }));
  const messaging: Messaging = { post: context.postMessage?.bind(context) };
  const requests = new PageRequests(messaging);
  /** By the output item's id, in the order drawn. */
  const views = new Map<string, OutputView>();

  const receive = (message: ExtensionMessage): void => {
    switch (message.kind) {
      case 'page': {
        requests.answer(message.requestId, { page: message.page });
        return;
      }
      case 'failed': {
        requests.answer(message.requestId, { error: message.message });
        return;
      }
      case 'stale':
        for (const view of views.values())
          if (view.resultId === message.resultId) view.setStale(message.isStale);
        return;
      case 'describe':
        messaging.post?.({
          kind: 'described',
          requestId: message.requestId,
          results: inPageOrder([...views.values()]).map((view) => view.describe()),
        });
    }
  };
  context.onDidReceiveMessage?.((message: unknown) => {
    if (isExtensionMessage(message)) receive(message);
  });

  const dispose = (id: string): void => {
    views.get(id)?.dispose();
    views.delete(id);
  };

  return {
    renderOutputItem(item, target) {
      dispose(item.id);
      const result: unknown = item.json();
      if (!isResultOutput(result)) {
        target.replaceChildren(
          element('div', {
            class: 'hunt-notice is-warning',
            text: 'This stored result cannot be read. Run the cell again to replace it.',
          }),
        );
        return;
      }
      const view = new OutputView(result, requests, messaging);
      views.set(item.id, view);
      target.replaceChildren(view.element);
      view.start();
    },
    disposeOutputItem(id) {
      for (const known of id === undefined ? [...views.keys()] : [id]) dispose(known);
    },
  };
};

function inPageOrder(views: readonly OutputView[]): OutputView[] {
  return [...views].sort((a, b) =>
    a.element.compareDocumentPosition(b.element) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
}
