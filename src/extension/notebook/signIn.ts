/**
 * Signs requests to remote engines: with the user's Microsoft account of VS Code, and for a `hunt serve` on this machine
 * with its token, which VS Code's secret storage keeps.
 */
import * as vscode from 'vscode';
import { isLoopback } from '../../engine/remote/endpoint.ts';
import { environmentTokens, firstOf, SignInError, type TokenSource } from '../../engine/remote/tokens.ts';

/** Returns the source of tokens. Nobody is asked before a service needs or refuses a token. */
export function editorTokens(secrets: vscode.SecretStorage): TokenSource {
  return firstOf(environmentTokens(process.env), serveTokens(secrets), { token: accountToken });
}

function serveTokens(secrets: vscode.SecretStorage): TokenSource {
  return {
    token: async ({ endpoint, isRefused }) => {
      if (!isLoopback(new URL(endpoint))) return undefined;
      const key = `token of ${endpoint}`;
      if (isRefused !== true) return secrets.get(key);
      const token = await vscode.window.showInputBox({
        title: `Sign in to ${endpoint}`,
        prompt: 'The token that `hunt serve` printed when it started.',
        password: true,
        ignoreFocusOut: true,
      });
      if (token === undefined || token.trim() === '')
        throw new SignInError('no token was given. Run the cell again and paste what `hunt serve` printed.');
      await secrets.store(key, token.trim());
      return token.trim();
    },
  };
}

const accountToken: TokenSource['token'] = async ({ endpoint, scopes, isRefused }) => {
  if (scopes.length === 0) return undefined;
  const detail = `${endpoint} did not accept the account. Choose another.`;
  try {
    const session =
      isRefused === true
        ? await vscode.authentication.getSession('microsoft', scopes, { forceNewSession: { detail } })
        : await vscode.authentication.getSession('microsoft', scopes, { createIfNone: true });
    return session.accessToken;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SignInError(`${reason} Run the cell again to sign in.`);
  }
};
