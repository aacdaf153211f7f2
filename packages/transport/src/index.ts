/** @holdfast/transport: libp2p links between members. See README.md. */
export * from './identity.ts';
export { Libp2pTransport } from './libp2p-transport.ts';
export { RequestFailed, type TransportRequest } from './request-client.ts';
export {
  TRANSPORT_LIMITS,
  TRANSPORT_TIMING,
  type TransportLimits,
  type TransportOptions,
  type TransportTiming,
} from './transport-options.ts';
