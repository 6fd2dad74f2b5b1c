/** Which hosts a notebook may talk to: none, until the user agrees to each. */
import * as vscode from 'vscode';

/** Returns the question that a session asks before it talks to a host; an answer lasts as long as the session. */
export function urlConsent(): (url: URL) => Promise<boolean> {
  const agreed = new Set<string>();
  return async ({ origin }) => {
    if (agreed.has(origin)) return true;
    const allow = 'Allow';
    const answer = await vscode.window.showWarningMessage(
      'This notebook wants to talk to a server.',
      {
        modal: true,
        detail: `${origin}\n\nIts cells send queries there, under your account where it needs one. Allow it only if you trust the notebook and the server.`,
      },
      allow,
    );
    if (answer === allow) agreed.add(origin);
    return answer === allow;
  };
}
