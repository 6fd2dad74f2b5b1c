/**
 * Microsoft's sign-in of programs: the environment (`AZURE_*`), then the Azure CLI. A bundle of its own, read when a
 * command first connects; it takes types only from the rest.
 */
import { AzureCliCredential, ChainedTokenCredential, EnvironmentCredential } from '@azure/identity';

/** Returns what gives tokens for scopes; it keeps them until they expire. */
export function azureCredential(): (
  scopes: readonly string[],
  signal: AbortSignal | undefined,
) => Promise<string> {
  const credential = new ChainedTokenCredential(new EnvironmentCredential(), new AzureCliCredential());
  return async (scopes, signal) => {
    const { token } = await credential.getToken(
      [...scopes],
      signal === undefined ? {} : { abortSignal: signal },
    );
    return token;
  };
}
