/** Opens the engine of a service that a connect step names. */
import type { TableSchema } from '../../kql/types.ts';
import { defenderService, type DefenderTarget } from './defender.ts';
import { RemoteFailure, networkFailure } from './failure.ts';
import { kustoService, type KustoTarget } from './kusto.ts';
import { logAnalyticsService, type LogAnalyticsTarget } from './logAnalytics.ts';
import type { ProxyFor } from './proxyTunnel.ts';
import { openRemoteEngine, type LandingSession, type RemoteEngine } from './remoteEngine.ts';
import type { RequestOptions } from './requests.ts';
import type { RemoteService } from './service.ts';

export type RemoteTarget = KustoTarget | LogAnalyticsTarget | DefenderTarget;

export interface OpenRemoteOptions extends RequestOptions {
  readonly session: LandingSession;
  /** The tables of Defender, whose service tells no schema. */
  readonly defenderTables: () => readonly TableSchema[];
  /** Proxy for an address, where neither `fetch` nor a client finds it; absent: they do. */
  readonly proxyFor?: ProxyFor;
}

/** Connects: loads the service's client, signs in, and asks what queries can name. Rejects with {@link RemoteFailure}. */
export async function openRemote(
  target: RemoteTarget,
  options: OpenRemoteOptions,
  signal?: AbortSignal,
): Promise<RemoteEngine> {
  const service = await serviceOf(target, options);
  try {
    return await openRemoteEngine(service, options.session, options, signal);
  } catch (error) {
    throw networkFailure(error, service);
  }
}

async function serviceOf(target: RemoteTarget, options: OpenRemoteOptions): Promise<RemoteService> {
  switch (target.to) {
    case 'kusto':
      return kustoService(target);
    case 'log-analytics':
      return logAnalyticsService(target, options.proxyFor);
    case 'defender':
      return defenderService(target, options.defenderTables(), options.proxyFor);
  }
}

/** The address that a connect step talks to, for the question whether it may. */
export function addressOf(target: RemoteTarget): URL {
  return target.to === 'kusto' ? target.cluster : target.endpoint;
}

export { RemoteFailure };
