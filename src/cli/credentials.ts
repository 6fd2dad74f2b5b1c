/** How the command line signs requests to remote engines: `HUNT_SERVE_TOKEN`, the environment, the Azure CLI. */
import { isLoopback } from '../engine/remote/endpoint.ts';
import { environmentTokens, firstOf, SignInError, type TokenSource } from '../engine/remote/tokens.ts';
import type { azureCredential } from './azureIdentity.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Returns the command line's source of tokens. Microsoft's library loads with the first question to it. */
export function commandLineTokens(environment: Environment): TokenSource {
  return firstOf(environmentTokens(environment), azureTokens());
}

function azureTokens(): TokenSource {
  let credential: ReturnType<typeof azureCredential> | undefined;
  return {
    token: async ({ endpoint, scopes, isRefused }, signal) => {
      if (scopes.length === 0 || isLoopback(new URL(endpoint))) return undefined;
      if (isRefused === true) credential = undefined; // with the token that it keeps
      credential ??= (await import('./azureIdentity.ts')).azureCredential();
      try {
        return await credential(scopes.map(ofPrograms), signal);
      } catch (error) {
        signal?.throwIfAborted();
        throw new SignInError(signInMessage(error));
      }
    },
  };
}

/** Programs get all that was granted to them; single permissions are asked for on behalf of people only. */
function ofPrograms(scope: string): string {
  return scope.replace(/\/[^/]+$/, '/.default');
}

const howTo = 'Run `az login`, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET.';

function signInMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Entra's own code says more than the names of the credentials that were tried.
  const reason = /AADSTS\d+:[^\n.]*\./.exec(message)?.[0];
  return reason === undefined ? `no account was found. ${howTo}` : `${reason} ${howTo}`;
}
