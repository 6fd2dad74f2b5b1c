/**
 * Who signs requests. A shell brings a source: VS Code its Microsoft account, the command line the credentials of the
 * environment. Contract: a token is used for the request that it was asked for, and kept nowhere.
 */
import { isLoopback } from './endpoint.ts';

export interface TokenRequest {
  /** Origin of the service, e.g. `https://help.kusto.windows.net`. */
  readonly endpoint: string;
  /** OAuth scopes that the service asks for, such as `https://graph.microsoft.com/.default`. */
  readonly scopes: readonly string[];
  /** The service refused the token given before, which may have expired: get another. */
  readonly isRefused?: boolean;
}

export interface TokenSource {
  /** Returns a bearer token; undefined where this source has none for the service. Rejects where sign-in failed. */
  token(request: TokenRequest, signal?: AbortSignal): Promise<string | undefined>;
}

/** Sign-in failed; the message says why and what to do. */
export class SignInError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SignInError';
  }
}

/** Environment variable with the token of a `hunt serve` on this machine. */
export const serveTokenVariable = 'HUNT_SERVE_TOKEN';

/** The token of {@link serveTokenVariable}, for servers on this machine and no others; refused, it is not given again. */
export function environmentTokens(environment: Readonly<Record<string, string | undefined>>): TokenSource {
  return {
    token: ({ endpoint, isRefused }) => {
      const isForIt = isLoopback(new URL(endpoint)) && isRefused !== true;
      const token = isForIt ? environment[serveTokenVariable]?.trim() : undefined;
      return Promise.resolve(token === '' ? undefined : token);
    },
  };
}

/** Asks the sources in turn, until one has a token. */
export function firstOf(...sources: readonly TokenSource[]): TokenSource {
  return {
    token: async (request, signal) => {
      for (const source of sources) {
        const token = await source.token(request, signal);
        if (token !== undefined) return token;
      }
      return undefined;
    },
  };
}

/** A shorter one is part of ordinary words, and no secret. */
const shortestToken = 6;

/** Returns the text without what may be a secret: the tokens, and whatever looks like one. */
export function scrubbed(text: string, tokens: Iterable<string>): string {
  let clean = text;
  for (const token of tokens) if (token.length >= shortestToken) clean = clean.replaceAll(token, '***');
  return clean
    .replace(/\beyJ[\w-]{8,}(?:\.[\w-]+){0,2}/g, '***')
    .replace(/\b(Bearer|SharedAccessSignature)\s+[^\s'",;<]+/gi, '$1 ***')
    .replace(/([?&;](?:sig|signature|code|key|token|password|secret)=)[^&\s'"]+/gi, '$1***');
}
