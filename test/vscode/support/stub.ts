/** Answers instead of the hunter where VS Code shows no dialog during tests. */
import * as vscode from 'vscode';

export interface Asked {
  readonly messages: readonly string[];
  restore(): void;
}

type Shown = 'showErrorMessage' | 'showWarningMessage' | 'showInformationMessage';

/** Answers every message of the kind with one of its buttons, or with none; remembers what was said. */
export function answerMessages(kind: Shown, button?: string): Asked {
  const original = vscode.window[kind];
  const messages: string[] = [];
  const standIn = (message: string, ...rest: readonly unknown[]): Promise<string | undefined> => {
    const details = rest.flatMap((each) =>
      typeof each === 'object' && each !== null && 'detail' in each ? String(each.detail) : [],
    );
    messages.push([message, ...details].join('\n'));
    return Promise.resolve(button);
  };
  Object.assign(vscode.window, { [kind]: standIn });
  return { messages, restore: () => void Object.assign(vscode.window, { [kind]: original }) };
}
