import { CATALOGUE, HoldfastError } from '@holdfast/model';
import type { Transport } from '@holdfast/ports';
import { type ApiError, JOIN_PROTOCOL, type JoinGrant, type JoinRequest } from '@holdfast/protocol';
import { decodeJoinResponse, encodeJson } from './join-requests.ts';
import type { JoinToken } from './join-token.ts';

export interface JoinClusterOptions {
  readonly token: JoinToken;
  readonly request: JoinRequest;
  /** A transport with the ticket's identity that listens nowhere; stopped by the caller. */
  readonly transport: Transport;
  /** @default 20,000: a few elections. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** Pause between two rounds over the members. */
const ROUND_PAUSE_MS = 200;
const REQUEST_TIMEOUT_MS = 6_000;
/** Answers after which another try cannot help. */
const FINAL: readonly string[] = [
  'TOKEN_EXPIRED',
  'TOKEN_INVALID',
  'UNKNOWN_PEER',
  'CONFIG_INVALID',
  'REQUEST_INVALID',
];

/**
 * Exchanges the ticket for membership: asks the members of the token one after the other, again and again, until one
 * lets this machine in. Asking twice is harmless: the same PeerId gets the same answer.
 * @throws HoldfastError JOIN_FAILED when no member did within the time, or the cluster's own refusal
 */
export async function joinCluster(options: JoinClusterOptions): Promise<JoinGrant> {
  const { token, transport, request } = options;
  const timeout = AbortSignal.timeout(options.timeoutMs ?? 20_000);
  const signal = options.signal ? AbortSignal.any([timeout, options.signal]) : timeout;
  transport.setPeers(token.members.map((member) => ({ ...member, role: 'member' as const })));
  let problem = 'no member answered';
  while (!signal.aborted) {
    for (const member of token.members) {
      if (signal.aborted) break;
      try {
        const bytes = await transport.request({
          to: member.name,
          protocol: JOIN_PROTOCOL,
          bytes: encodeJson(request),
          timeoutMs: REQUEST_TIMEOUT_MS,
          signal,
        });
        const answer = decodeJoinResponse(bytes);
        if (answer.ok) return answer.value as JoinGrant;
        if (FINAL.includes(answer.error.code)) throw refusal(answer.error);
        problem = `${member.name}: ${answer.error.message}`;
      } catch (error) {
        if (error instanceof HoldfastError && FINAL.includes(error.code)) throw error;
        if (!signal.aborted)
          problem = `${member.name}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    await pause(ROUND_PAUSE_MS, signal);
  }
  const addresses = token.members.flatMap((member) => member.addresses).join(', ');
  throw new HoldfastError('JOIN_FAILED', { problem, addresses });
}

function refusal(error: ApiError): HoldfastError {
  if (Object.hasOwn(CATALOGUE, error.code)) return new HoldfastError(error.code, error.details);
  return new HoldfastError('REQUEST_INVALID', { problem: error.message });
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, durationMs);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
