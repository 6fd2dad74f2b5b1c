/** Faults between a client and a Kusto service, for tests of clients. */
export * from './faults.ts';
export { startFaults, type FaultProxy, type SeenRequest } from './faultProxy.ts';
