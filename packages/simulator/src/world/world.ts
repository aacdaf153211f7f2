import type { ClusterInformation } from '@holdfast/model';
import {
  decodePeerEnvelope,
  FIRST_RECORD_KEY,
  type NodeInput,
  type NodeOutput,
  OUTDATED_KEY,
  type PolicyAnswer,
} from '@holdfast/node';
import {
  type ApiRequest,
  type ApiResponse,
  type Envelope,
  encodeEnvelope,
  type MemberContact,
} from '@holdfast/protocol';
import { Checkers } from '../checkers/all-checkers.ts';
import type { ClusterDesign } from '../workload/cluster-design.ts';
import { DATABASE, type Extras, NO_EXTRAS } from '../workload/extras.ts';
import { CodecSample } from './codec-sample.ts';
import { Connection } from './connection.ts';
import { QuorumWatch } from './connectivity.ts';
import { EventQueue } from './event-queue.ts';
import { FenceDevice, HEALTHY_FENCING, type PowerSwitch } from './fence-device.ts';
import { type HostSurroundings, SimulatedHost } from './host.ts';
import { type Deliver, SimulatedNetwork } from './network.ts';
import type { SeededRandom } from './random.ts';
import { HEALTHY_AGENTS, HostServices } from './services.ts';
import { SimulatedWatchdog } from './simulated-watchdog.ts';
import { Trace } from './trace.ts';

/** Cluster UUID of every simulated cluster. */
export const CLUSTER_UUID = '00000000-0000-4000-8000-000000000001';

/** A message on the wire, with the identity whose connection carries it. */
interface Frame {
  readonly connection: Connection;
  readonly link: number;
  readonly peerId: string;
  readonly content: unknown;
}

export interface WorldOptions {
  readonly random: SeededRandom;
  readonly design: ClusterDesign;
  readonly computePolicy: (input: ClusterInformation) => PolicyAnswer;
  /** Messages go through the peer protocol's encoding (`CodecSample`), and disks through JSON, as in a daemon. */
  readonly codec: boolean;
  /** Lines of story to keep; 0 keeps none. */
  readonly traceLines: number;
  /** What there is beside a plain world. Default: nothing. */
  readonly extras?: Extras;
}

/** Hosts, links, disks, services and a power switch under one virtual clock. What happens is drawn from one seed. */
export class World implements PowerSwitch {
  readonly queue = new EventQueue(() => this.checkers.report('assertion', 'time does not go on'));
  readonly hosts = new Map<string, SimulatedHost>();
  readonly services = new Map<string, HostServices>();
  readonly network: SimulatedNetwork;
  readonly fencing: FenceDevice;
  readonly checkers: Checkers;
  readonly trace: Trace;
  readonly design: ClusterDesign;
  readonly random: SeededRandom;
  readonly extras: Extras;
  computations = 0;
  private readonly migrating = new Set<string>();
  /** How gladly each host has the database promoted. */
  private readonly scores = new Map<string, number>();
  private readonly watchdogs = new Map<string, SimulatedWatchdog>();
  /** Present where messages go through bytes. */
  private readonly codec: CodecSample | undefined;
  private readonly computePolicy: WorldOptions['computePolicy'];
  private readonly answers = new Map<string, (response: ApiResponse) => void>();
  private requestId = 0;
  private readonly aliveSinceMs = new Map<string, number>();
  private readonly links: readonly number[];
  private readonly quorum: QuorumWatch;

  constructor(options: WorldOptions) {
    this.random = options.random;
    this.design = options.design;
    this.computePolicy = options.computePolicy;
    this.extras = options.extras ?? NO_EXTRAS;
    this.links = Array.from({ length: this.design.linkCount }, (_, link) => link);
    this.codec = options.codec ? new CodecSample() : undefined;
    this.trace = new Trace(options.traceLines);
    const deliver: Deliver = (message) => this.deliver(message as Frame);
    this.network = new SimulatedNetwork({ queue: this.queue, random: this.random.fork(), deliver });
    this.fencing = new FenceDevice({
      queue: this.queue,
      random: this.random.fork(),
      faults: HEALTHY_FENCING,
      power: this,
    });
    this.checkers = new Checkers({
      design: this.design,
      now: () => this.queue.nowMs,
      livingIncarnation: (name) => this.hosts.get(name)?.node?.inspect().incarnation,
      identityOf: (name) => this.hosts.get(name)?.peerId,
    });
    for (const name of this.design.hostNames) this.addHost(name);
    this.quorum = new QuorumWatch({ hosts: this.hosts, network: this.network, links: this.links });
  }

  host(name: string): SimulatedHost {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`no host ${name}`);
    return host;
  }

  /** Identity and addresses of a host as its operator knows them. */
  contact(name: string): MemberContact {
    const addresses = this.links.map((link) => `10.${link}.0.${name.slice(1)}:7000`);
    return { name, peerId: this.host(name).peerId, addresses };
  }

  note(text: string): void {
    this.trace.add(this.queue.nowMs, text);
  }

  /** Tells the checkers who has quorum now; called before and after every change of connectivity. */
  observeQuorum(): void {
    this.checkers.quorum.observe(this.queue.nowMs, this.quorum.hosts());
  }

  /** Looks every virtual second whether those without quorum have stopped. A pause begins the wait anew. */
  watchLosingSides(): void {
    const { nowMs } = this.queue;
    this.observeQuorum();
    for (const host of this.hosts.values()) {
      if (!host.node || host.paused) {
        this.aliveSinceMs.set(host.name, nowMs);
        continue;
      }
      const aliveMs = nowMs - (this.aliveSinceMs.get(host.name) ?? 0);
      const aloneMs = Math.min(aliveMs, this.checkers.quorum.withoutQuorumMs(host.name, nowMs));
      const active = this.services.get(host.name)?.activeResources() ?? [];
      this.checkers.losing.look(host.name, host.life, aloneMs, active);
    }
    this.queue.after(1000, () => this.watchLosingSides());
  }

  linkNumbers(): readonly number[] {
    return this.links;
  }

  /** One API request to one member. Returns false when no daemon runs there. */
  request(name: string, request: ApiRequest, onAnswer: (response: ApiResponse) => void): boolean {
    const host = this.host(name);
    if (!host.node) return false;
    const requestId = ++this.requestId;
    this.answers.set(`${name}/${host.life}/${requestId}`, onAnswer);
    host.input((nowMs) => ({ kind: 'request', nowMs, wallMs: host.wallMs(), requestId, request }));
    return true;
  }

  isOn(name: string): boolean {
    return this.host(name).powered;
  }

  powerOff(name: string, reason: string): void {
    const host = this.host(name);
    if (!host.powered) return;
    this.observeQuorum();
    this.note(`${name} loses power: ${reason}`);
    host.powerOff(reason);
    this.watchdogs.get(name)?.end();
    this.checkers.recovery.powerLost(name);
  }

  scheduleBoot(name: string, action: string): void {
    const delayMs =
      action === 'reboot' ? 3000 + this.random.exponential(6000) : 15_000 + this.random.exponential(20_000);
    this.queue.after(delayMs, () => this.boot(name));
  }

  boot(name: string): void {
    const host = this.host(name);
    host.switchOn();
    this.startDaemon(name);
  }

  startDaemon(name: string): void {
    const host = this.host(name);
    // A daemon without a member's store waits for its operator to let it join.
    if (host.node || !host.powered || !host.disk.has(FIRST_RECORD_KEY) || this.isOutdated(name)) return;
    this.note(`${name} starts its daemon`);
    host.startDaemon();
    this.observeQuorum();
  }

  /** The member has found that its store is older than what it has promised; it waits for its operator. */
  isOutdated(name: string): boolean {
    return this.host(name).disk.has(OUTDATED_KEY);
  }

  private addHost(name: string): void {
    const services = new HostServices({
      host: name,
      queue: this.queue,
      random: this.random.fork(),
      faults: HEALTHY_AGENTS,
      migrating: this.migrating,
      extras: this.extras,
      arrive: (resource, target) => this.arrive(name, resource, target),
      observer: {
        started: (host, resource) => {
          this.note(`${host}: ${resource} is active`);
          this.checkers.started(host, resource);
        },
        stopped: (host, resource) => {
          this.note(`${host}: ${resource} is not active`);
          this.checkers.stopped(host, resource);
        },
        lied: (host, resource) => {
          this.note(`${host}: the agent of ${resource} lies`);
        },
        found: (host, resource) => {
          this.note(`${host}: ${resource} is found active`);
          this.checkers.found(host, resource);
        },
        commanded: (host, run) => {
          this.note(`${host}: ${run.operation} ${run.resource}`);
          this.observeQuorum();
          this.checkers.commanded(this.host(host), run);
        },
        answered: (host, run, rcCode) => {
          this.checkers.answered(host, run, rcCode);
          if (run.resource === DATABASE) this.tellScore(host);
        },
      },
    });
    this.services.set(name, services);
    const watchdog = new SimulatedWatchdog(this.queue, () => {
      this.powerOff(name, 'its watchdog was not fed');
      this.scheduleBoot(name, 'reboot');
    });
    this.watchdogs.set(name, watchdog);
    this.hosts.set(
      name,
      new SimulatedHost(name, this.surroundings(name, services), (host) => this.nodeOptions(host)),
    );
  }

  private nodeOptions(host: SimulatedHost) {
    return {
      name: host.name,
      clusterUuid: CLUSTER_UUID,
      clusterName: 'simulated',
      peerId: host.peerId,
      addresses: this.contact(host.name).addresses,
      heartbeatIntervalMs: 200,
      detectionTimeoutMs: 1000,
      randomSeed: this.random.uint32(),
      maxParallelActions: 0,
      cores: 2,
      bootId: `boot-${host.boots}`,
      lifeId: `${host.name}-${host.life}`,
    };
  }

  private surroundings(name: string, services: HostServices): HostSurroundings {
    const mark = this.trace.markOf(name);
    const messageMark = this.trace.markOf('message');
    return {
      queue: this.queue,
      random: this.random.fork(),
      services,
      codec: this.codec !== undefined,
      carryOut: (host, output) => this.carryOut(host, output),
      daemonEnds: () => this.observeQuorum(),
      daemonEnded: (host, reason, clean) => this.daemonEnded(host, reason, clean),
      coreFailed: (host, error) => {
        const text = error instanceof Error ? `${error.message}\n${error.stack ?? ''}` : String(error);
        this.checkers.report('assertion', `${host.name}: ${text}`);
      },
      fed: (kind, nowMs) => {
        this.trace.mix(this.queue.nowMs, mark);
        this.trace.mix(nowMs, this.trace.markOf(kind));
      },
      heard: (host, { nowMs, from, message }) => {
        this.trace.mix(this.queue.nowMs, mark);
        this.trace.mix(nowMs, messageMark);
        this.checkers.delivered(host, from, message as Envelope);
      },
      stepped: (host) => this.checkers.stepped(host),
      synced: (host, batch) => this.checkers.synced(host.name, batch),
      persisted: (host, entries) => this.checkers.log.appended(host.name, entries),
    };
  }

  private daemonEnded(host: SimulatedHost, reason: string, clean: boolean): void {
    this.note(`${host.name}: daemon ended (${clean ? 'clean' : 'not clean'}): ${reason}`);
    // A supervisor starts a daemon again that ended by itself.
    if (host.powered && reason !== 'killed') {
      this.queue.after(1000 + this.random.exponential(4000), () => this.startDaemon(host.name));
    }
  }

  private carryOut(host: SimulatedHost, output: NodeOutput): void {
    switch (output.kind) {
      case 'send':
        this.send(host, output.to, output.link, output.message);
        return;
      case 'peers':
        host.admitted = new Set(output.peers.map(({ peerId }) => peerId));
        return;
      case 'gossip':
        this.gossip(host, output.topic, output.payload);
        return;
      case 'runFence':
        this.runFence(host, output.run);
        return;
      case 'compute':
        this.compute(host, output.token, output.input);
        return;
      case 'watchdog':
        this.useWatchdog(host, output.action, output.timeoutMs ?? 0);
        return;
      case 'answer':
        this.answer(host, output.requestId, output.response);
        return;
      case 'log':
        this.note(`${host.name}: [${output.record.level}] ${output.record.message}`);
        return;
      default:
        return;
    }
  }

  private send(host: SimulatedHost, to: string, link: number | undefined, message: unknown): void {
    const connection = this.connection(host, to);
    if (!connection?.receiver.node) return;
    this.checkers.sent(host.name, to, message as Envelope);
    const best = link ?? this.bestLink(host.name, to);
    const { peerId } = host;
    const content = this.codec?.takes(message as Envelope) ? encodeEnvelope(message as Envelope) : message;
    const frame: Frame = { connection, link: best, peerId, content };
    this.network.send(host.name, to, best, frame);
  }

  private connection(from: SimulatedHost, to: string): Connection | undefined {
    const known = from.connections.get(to);
    if (known) return known;
    const receiver = this.hosts.get(to);
    if (!receiver) return undefined;
    const connection = new Connection(from, receiver);
    from.connections.set(to, connection);
    return connection;
  }

  /** The first link that works, as a transport would choose. */
  private bestLink(from: string, to: string): number {
    for (const link of this.links) if (this.network.isConnected(from, to, link)) return link;
    return 0;
  }

  private deliver({ connection, link, peerId, content }: Frame): void {
    const { sender, receiver } = connection;
    if (!receiver.node) return;
    // What an identity sent that is on no list any more does not come through its connection, which was closed.
    if (sender.peerId !== peerId || !connection.open) return;
    let envelope: Envelope;
    try {
      envelope =
        content instanceof Uint8Array ? decodePeerEnvelope(content, CLUSTER_UUID) : (content as Envelope);
    } catch (error) {
      const text = `${receiver.name} refused what ${sender.name} sent: ${String(error)}`;
      this.checkers.report('codec', text);
      return;
    }
    receiver.message(sender.name, link, envelope);
  }

  private gossip(host: SimulatedHost, topic: string, payload: unknown): void {
    for (const other of this.hosts.values()) {
      if (other === host || !other.node || !this.network.isConnected(host.name, other.name, 0)) continue;
      if (!this.connection(host, other.name)?.open) continue;
      const life = other.life;
      this.queue.after(5 + this.random.exponential(30), () => {
        if (other.life !== life) return;
        other.input((nowMs) => ({ kind: 'gossip', nowMs, from: host.name, topic, payload }));
      });
    }
  }

  /** From now on the database would rather, or rather not, be promoted there. */
  prefer(host: string, score: number): void {
    this.scores.set(host, score);
  }

  /** What the agent of the database does with each answer: it sets its promotion score. */
  private tellScore(node: string): void {
    const value = String(this.scores.get(node) ?? 10);
    const attribute = { node, name: `master-${DATABASE}`, value, lifetime: 'reboot' } as const;
    this.queue.after(1, () => {
      this.request(node, { kind: 'attribute', ...attribute, origin: 'agent' }, () => undefined);
    });
  }

  private useWatchdog(host: SimulatedHost, action: 'arm' | 'pet' | 'disarm', timeoutMs: number): void {
    const watchdog = this.watchdogs.get(host.name);
    if (!watchdog || this.extras.watchdogMs === 0) return;
    if (action === 'pet') {
      watchdog.pet();
      return;
    }
    this.note(`${host.name}: the watchdog is ${action}ed (${timeoutMs} ms)`);
    if (action === 'arm') watchdog.arm(timeoutMs);
    else watchdog.end();
    const armedTimeoutMs = action === 'arm' ? timeoutMs : null;
    this.feedBack(host, (deliver) =>
      this.queue.after(1, () => deliver((nowMs) => ({ kind: 'watchdog', nowMs, armedTimeoutMs }))),
    );
  }

  /** The first half of a live migration of a virtual machine: it goes on over there, if there is a way. */
  private arrive(from: string, resource: string, target: string): boolean {
    const services = this.services.get(target);
    if (!services || !this.isOn(target)) return false;
    const connected = this.links.some((link) => this.network.isConnected(from, target, link));
    if (connected) this.queue.after(0, () => services.arrived(resource));
    return connected;
  }

  private runFence(host: SimulatedHost, run: Extract<NodeOutput, { kind: 'runFence' }>['run']): void {
    if (run.action === 'off' || run.action === 'reboot') {
      this.note(`${host.name}: fence ${run.action} ${run.target ?? '?'}`);
      this.observeQuorum();
      // Rule 9: of two voters each may fence the other.
      const voters = host.node?.inspect().voters ?? [];
      const tie = voters.length === 2 && voters.includes(host.name) && voters.includes(run.target ?? '');
      if (!tie) this.checkers.quorum.acts(host.name, `fencing of ${run.target ?? '?'}`, this.queue.nowMs);
    }
    this.feedBack(host, (deliver) =>
      this.fencing.run(run, (result) =>
        deliver((nowMs) => ({ kind: 'fenceResult', nowMs, wallMs: host.wallMs(), result })),
      ),
    );
  }

  private compute(host: SimulatedHost, token: number, input: ClusterInformation): void {
    this.computations++;
    const result = this.computePolicy(input);
    this.feedBack(host, (deliver) =>
      this.queue.after(0.5 + this.random.exponential(3), () =>
        deliver((nowMs) => ({ kind: 'computed', nowMs, token, result })),
      ),
    );
  }

  /** Runs something whose answer belongs only to the daemon's present life. */
  private feedBack(
    host: SimulatedHost,
    run: (deliver: (make: (nowMs: number) => NodeInput) => void) => void,
  ): void {
    const life = host.life;
    run((make) => {
      if (host.life === life) host.input(make);
    });
  }

  private answer(host: SimulatedHost, requestId: number, response: ApiResponse): void {
    const key = `${host.name}/${host.life}/${requestId}`;
    const onAnswer = this.answers.get(key);
    this.answers.delete(key);
    // Never inside the step that gave the answer: its other outputs come first.
    if (onAnswer) this.queue.after(0.1, () => onAnswer(response));
  }
}
