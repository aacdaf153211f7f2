import type { FirstRecord, NodeOptions } from '@holdfast/node';
import type { AgentRunner, FenceRunner, Logger, Store, Transport, Watchdog } from '@holdfast/ports';
import type { LocalConfiguration } from '../configuration/local-configuration.ts';
import type { StatePaths } from '../configuration/state-directory.ts';
import type { EnvelopeCodec } from '../member/envelope-port.ts';
import type { NodeCore } from '../member/node-core.ts';

/** Who this machine is on the network: a key and what others know it by. */
export interface DaemonIdentity {
  readonly peerId: string;
  /** The private key as text, for a join token. */
  toText(): string;
}

/** What a transport is made for: a member, or a joiner with its ticket. */
export interface TransportRequest {
  readonly identity: DaemonIdentity;
  /** Empty: takes no connections (a joiner with its ticket). */
  readonly listen: readonly string[];
  readonly logger: Logger;
}

/**
 * Everything the daemon builds a member from. `productionAdapters` gives the real ones; there is one place to look for
 * what is started, and tests can start a daemon whose disk or network they control.
 */
export interface MemberAdapters {
  openStore(path: string): Promise<Store>;
  /** Reads the stored identity. @throws Error when there is none */
  loadIdentity(path: string): Promise<DaemonIdentity>;
  /** Makes an identity and stores it, in place of one that was there. */
  createIdentity(path: string): Promise<DaemonIdentity>;
  /** An identity that is kept nowhere: a join ticket. */
  generateIdentity(): Promise<DaemonIdentity>;
  /** @throws HoldfastError TOKEN_INVALID */
  identityFromText(text: string): DaemonIdentity;
  createTransport(request: TransportRequest): Promise<Transport>;
  createRunners(options: { configuration: LocalConfiguration; paths: StatePaths; logger: Logger }): {
    readonly agents: AgentRunner;
    readonly fences: FenceRunner;
  };
  /** Those of some agents that this machine does not have. */
  missingAgents(configuration: LocalConfiguration, agents: readonly string[]): readonly string[];
  createWatchdog(configuration: LocalConfiguration, logger: Logger): Watchdog;
  createCodec(first: FirstRecord): EnvelopeCodec;
  createCore(options: NodeOptions): NodeCore;
  /** File of the thread that computes transitions. */
  readonly policyWorker: URL;
}
