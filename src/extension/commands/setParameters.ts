/** *Hunt: Set Parameters*: values for this session instead of the front matter's defaults. */
import * as vscode from 'vscode';
import { parseParameterValue } from '../../notebook/parameterValue.ts';
import type { OpenHunt } from '../notebook/openHunt.ts';

/** Asks for a parameter and its value, again and again, until the hunter leaves. */
export async function setParameters(hunt: OpenHunt): Promise<void> {
  for (;;) {
    const { params } = hunt.frontMatter();
    if (params.length === 0) {
      void vscode.window.showInformationMessage(
        'This notebook declares no parameters. Add `params:` to its front matter, the first cell.',
      );
      return;
    }
    const items = params.map((parameter) => ({
      label: parameter.name,
      description: textOf(parameter.value),
      detail: [parameter.type, parameter.description].filter(Boolean).join(' · '),
      parameter,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: 'Parameters of this session',
      placeHolder: 'Choose a parameter to change; Escape when done',
      matchOnDetail: true,
    });
    if (chosen === undefined) return;
    const { name, type, value } = chosen.parameter;
    const text = await vscode.window.showInputBox({
      title: `${name} (${type})`,
      value: textOf(value),
      validateInput: (input) => {
        const read = parseParameterValue(type, input);
        return read.ok ? undefined : read.message;
      },
    });
    const read = text === undefined ? undefined : parseParameterValue(type, text);
    if (read?.ok === true) hunt.setParameter(name, read.value);
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
