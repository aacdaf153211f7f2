import type { ClusterInformation, Configuration } from '@holdfast/model';
import { changeToJson, EMPTY_CONFIGURATION, entitiesOf, HoldfastError } from '@holdfast/model';
import { computeTransition } from '@holdfast/policy-engine';
import type { AgentRun } from '@holdfast/ports';
import {
  type ApiRequest,
  type ApiResponse,
  type Envelope,
  encodeEnvelope,
  FEATURE_LEVEL,
} from '@holdfast/protocol';
import {
  ClusterNode,
  decodePeerEnvelope,
  type FirstRecord,
  type NodeInput,
  type NodeOutput,
  type PolicyAnswer,
  policyAnswer,
} from '../src/index.ts';
import { overJson, SmallHost } from './small-host.ts';

type WithoutTime<T> = T extends unknown ? Omit<T, 'nowMs' | 'wallMs'> : never;
export type TimelessInput = WithoutTime<NodeInput>;

const CLUSTER = 'cccccccc-0000-4000-8000-000000000001';

interface Event {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A cluster in memory with a virtual clock: enough to test the node; the simulator proper is a package of its own. */
export class SmallWorld {
  /** What every agent says of itself. */
  metadata = '<resource-agent name="Dummy"><parameters/><actions/></resource-agent>';
  nowMs = 0;
  readonly hosts = new Map<string, SmallHost>();
  readonly cuts = new Set<string>();
  readonly answers = new Map<number, ApiResponse>();
  /** What happened to services: `12345 n1 start web`. */
  readonly trail: string[] = [];
  /** Agent results that differ from success: `n1 start web` -> exit code. */
  readonly faults = new Map<string, number>();
  /** Stands for the policy engine. */
  policy: (input: ClusterInformation) => PolicyAnswer = (input) => policyAnswer(computeTransition(input));
  /** Agent runs that take long, in milliseconds: `n1 start web`. */
  readonly slow = new Map<string, number>();
  private readonly cancelled = new Set<number>();
  fenceWorks = true;
  /** After a reset a host boots again after this long; undefined: never. */
  rebootMs: number | undefined;
  /** Chance that a message is lost. */
  loss = 0;
  random: () => number = () => 0.5;
  /** Called when a service becomes active. */
  onActive: (service: string) => void = () => undefined;
  /** Newest feature level that the code of a host speaks, from its next boot on. */
  readonly featureLevels = new Map<string, number>();
  /** Stand for the encoders and decoders of different versions; undefined: the frame is refused. */
  encode: (from: SmallHost, envelope: Envelope) => Envelope = (_from, envelope) => envelope;
  decode: (to: SmallHost, envelope: Envelope) => Envelope | undefined = (_to, envelope) => envelope;
  /** How far the wall clock of a host is ahead. */
  readonly wallOffsets = new Map<string, number>();
  steps = 0;
  private events: Event[] = [];
  private order = 0;
  private nextRequest = 1;

  host(name: string): SmallHost {
    const host = this.hosts.get(name);
    if (!host) throw new Error(`no host ${name}`);
    return host;
  }

  /** A host whose store makes it a member. */
  addHost(
    name: string,
    origin: FirstRecord['origin'],
    known: readonly string[],
    ownPeerId = `peer-${name}`,
  ): SmallHost {
    const host = new SmallHost(name);
    const members = known.map((each) => ({ name: each, peerId: `peer-${each}`, addresses: [`${each}:1`] }));
    const first: FirstRecord = {
      origin,
      clusterUuid: CLUSTER,
      clusterName: 'small',
      name,
      peerId: ownPeerId,
      members,
    };
    host.records.set('member', first);
    this.hosts.set(name, host);
    return host;
  }

  boot(name: string, ownPeerId = `peer-${name}`): void {
    const host = this.host(name);
    host.life++;
    host.exit = undefined;
    host.node = new ClusterNode({
      name,
      clusterUuid: CLUSTER,
      clusterName: 'small',
      peerId: ownPeerId,
      addresses: [`${name}:1`],
      heartbeatIntervalMs: 200,
      detectionTimeoutMs: 1000,
      randomSeed: host.life * 7919 + name.charCodeAt(name.length - 1),
      maxParallelActions: 0,
      cores: 2,
      bootId: `${name}-boot-${host.boots}`,
      lifeId: `${name}-life-${host.life}`,
      featureLevel: this.featureLevels.get(name) ?? FEATURE_LEVEL,
    });
    const stored = {
      records: new Map(structuredClone([...host.records])),
      entries: structuredClone(host.entries),
    };
    this.feed(host, { kind: 'start', stored });
  }

  /** The daemon dies; services go on unless the power goes too. */
  kill(name: string, power: boolean): void {
    const host = this.host(name);
    host.node = null;
    host.life++;
    host.paused = false;
    host.held.length = 0;
    if (power) {
      host.boots++;
      for (const service of host.active) this.trail.push(`${this.nowMs} ${name} lost ${service}`);
      host.active.clear();
    }
  }

  cut(a: string, b: string): void {
    this.cuts.add(`${a}>${b}`).add(`${b}>${a}`);
  }

  /** Cuts one host off from all others. */
  isolate(name: string): void {
    for (const other of this.hosts.keys()) if (other !== name) this.cut(name, other);
  }

  pause(name: string): void {
    this.host(name).paused = true;
  }

  resume(name: string): void {
    const host = this.host(name);
    if (!host.paused) return;
    host.paused = false;
    for (const deliver of host.held.splice(0)) deliver();
  }

  /** Calls back at a virtual time. */
  after(delayMs: number, run: () => void): void {
    this.at(this.nowMs + delayMs, run);
  }

  request(name: string, request: ApiRequest): number {
    const requestId = this.nextRequest++;
    this.feed(this.host(name), { kind: 'request', requestId, request });
    return requestId;
  }

  /** Puts a whole configuration. */
  configure(name: string, configuration: Partial<Configuration>): number {
    const whole = { ...EMPTY_CONFIGURATION, ...configuration };
    const operations = entitiesOf(whole).map((entity) => ({ kind: 'put' as const, entity }));
    return this.request(name, { kind: 'change', change: changeToJson({ operations }), origin: 'test' });
  }

  run(forMs: number, until: () => boolean = () => false): boolean {
    const endMs = this.nowMs + forMs;
    while (!until()) {
      const next = this.events[0];
      if (!next || next.atMs > endMs) {
        this.nowMs = endMs;
        return until();
      }
      this.events.shift();
      this.nowMs = next.atMs;
      next.run();
    }
    return true;
  }

  leader(): SmallHost | undefined {
    return [...this.hosts.values()].find((host) => host.node?.inspect().role === 'leader');
  }

  /** Hosts on which a service is active. */
  where(service: string): string[] {
    return [...this.hosts.values()].filter((host) => host.active.has(service)).map(({ name }) => name);
  }

  feed(host: SmallHost, input: TimelessInput): void {
    const { node } = host;
    if (!node) return;
    if (host.paused) {
      if (host.held.length < 1000) host.held.push(() => this.feed(host, input));
      return;
    }
    this.steps++;
    const wallMs = 1_900_000_000_000 + this.nowMs + (this.wallOffsets.get(host.name) ?? 0);
    const stamped = { ...input, nowMs: this.nowMs, wallMs } as NodeInput;
    const { life } = host;
    for (const output of this.step(host, stamped)) if (host.life === life) this.carryOut(host, output);
    if (host.life !== life) return;
    const dueMs = node.nextDeadlineMs();
    if (Number.isFinite(dueMs)) {
      this.at(Math.max(dueMs, this.nowMs), () => {
        if (host.life === life && node.nextDeadlineMs() <= this.nowMs) this.feed(host, { kind: 'tick' });
      });
    }
  }

  /** An error of the catalogue ends the process, as in the daemon. */
  private step(host: SmallHost, input: NodeInput): readonly NodeOutput[] {
    try {
      return host.node?.step(input) ?? [];
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      return [{ kind: 'exit', clean: false, reason: error.code }];
    }
  }

  private at(atMs: number, run: () => void): void {
    const event = { atMs, order: this.order++, run };
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.events[middle] as Event;
      if (other.atMs < atMs || (other.atMs === atMs && other.order < event.order)) low = middle + 1;
      else high = middle;
    }
    this.events.splice(low, 0, event);
  }

  private later(host: SmallHost, delayMs: number, input: () => TimelessInput | undefined): void {
    const { life } = host;
    this.at(this.nowMs + delayMs, () => {
      const made = host.life === life ? input() : undefined;
      if (made) this.feed(host, made);
    });
  }

  private carryOut(host: SmallHost, output: NodeOutput): void {
    switch (output.kind) {
      case 'persist':
        host.write(output.batch);
        this.later(host, 1, () => ({ kind: 'persisted', token: output.token }));
        return;
      case 'send': {
        const target = this.hosts.get(output.to);
        if (!target || this.cuts.has(`${host.name}>${output.to}`) || this.random() < this.loss) return;
        const envelope = this.encode(host, output.message as Envelope);
        const message = this.decode(target, decodePeerEnvelope(encodeEnvelope(envelope), CLUSTER));
        if (!message) return;
        this.later(target, 1, () => ({ kind: 'message', from: host.name, link: output.link ?? 0, message }));
        return;
      }
      case 'gossip':
        for (const target of this.hosts.values()) {
          if (target === host || this.cuts.has(`${host.name}>${target.name}`)) continue;
          const { topic } = output;
          const payload = overJson(output.payload);
          this.later(target, 5, () => ({ kind: 'gossip', from: host.name, topic, payload }));
        }
        return;
      case 'runAgent':
        this.runAgent(host, output.run);
        return;
      case 'cancelAgent':
        this.cancelled.add(output.runId);
        return;
      case 'runFence': {
        const { run } = output;
        const { target, runId, action } = run;
        const rcCode = this.fenceWorks ? 0 : 1;
        if (rcCode === 0 && action === 'reboot' && target) this.after(20, () => this.reset(target));
        const result = { runId, rcCode, timedOut: false, execTimeMs: 20, output: '' };
        this.later(host, 20, () => ({ kind: 'fenceResult', result }));
        return;
      }
      case 'watchdog':
        this.watchdog(host, output.action, output.timeoutMs ?? 0);
        return;
      case 'compute':
        this.later(host, 1, () => ({
          kind: 'computed',
          token: output.token,
          result: this.policy(output.input),
        }));
        return;
      case 'answer':
        this.answers.set(output.requestId, output.response);
        return;
      case 'log':
        host.logs.push(`${this.nowMs} ${host.name} ${output.record.event} ${output.record.message}`);
        return;
      case 'exit':
        host.exit = { clean: output.clean, reason: output.reason };
        host.node = null;
        host.life++;
        return;
      default:
        return;
    }
  }

  private watchdog(host: SmallHost, action: 'arm' | 'pet' | 'disarm', timeoutMs: number): void {
    if (action === 'arm') {
      // As the device of a real host: a process arms it once before it lets it go.
      if (host.watchdogLife === host.life) throw new Error(`the watchdog of ${host.name} is armed already`);
      host.watchdogLife = host.life;
      host.watchdogMs = timeoutMs;
    }
    if (action === 'disarm') {
      host.watchdogLife = 0;
      host.watchdogMs = 0;
    }
    const armedTimeoutMs = action === 'arm' ? timeoutMs : null;
    if (action !== 'pet') this.later(host, 1, () => ({ kind: 'watchdog', armedTimeoutMs }));
    const round = ++host.watchdogRound;
    if (host.watchdogMs === 0) return;
    this.after(host.watchdogMs, () => {
      if (host.watchdogRound === round) this.kill(host.name, true);
    });
  }

  /** What a fence device does: power off, and on again after a while when `rebootMs` says so. */
  private reset(name: string): void {
    this.kill(name, true);
    const host = this.host(name);
    const { life } = host;
    if (this.rebootMs === undefined) return;
    this.after(this.rebootMs, () => {
      if (host.life === life && !host.node) this.boot(name);
    });
  }

  /** An agent that takes its time and can be ended early; it takes effect at its end. */
  private runSlowly(host: SmallHost, run: AgentRun, untilMs: number): void {
    this.later(host, 10, () => {
      const ended = this.cancelled.delete(run.runId);
      if (!ended && this.nowMs < untilMs) {
        this.runSlowly(host, run, untilMs);
        return undefined;
      }
      if (!ended) this.takeEffect(host, run);
      const result = {
        runId: run.runId,
        rcCode: ended ? 1 : 0,
        opStatus: ended ? 1 : 0,
        execTimeMs: 10,
        queueTimeMs: 0,
      };
      return { kind: 'agentResult', result };
    });
  }

  private takeEffect(host: SmallHost, { operation, resource, attributes }: AgentRun): void {
    if (operation === 'stop' || operation === 'migrate_to') host.active.delete(resource);
    // As with a virtual machine: it is on the target with the first half.
    const target = attributes.CRM_meta_migrate_target ?? '';
    const place = operation === 'start' ? host : operation === 'migrate_to' ? this.host(target) : undefined;
    if (!place) return;
    place.active.add(resource);
    this.onActive(resource);
  }

  private runAgent(host: SmallHost, run: AgentRun): void {
    if (run.operation === 'meta-data') {
      const result = { runId: run.runId, rcCode: 0, opStatus: 0, execTimeMs: 1, queueTimeMs: 0 };
      this.later(host, 1, () => ({ kind: 'agentResult', result: { ...result, output: this.metadata } }));
      return;
    }
    const slowMs = this.slow.get(`${host.name} ${run.operation} ${run.resource}`);
    if (slowMs !== undefined) {
      this.runSlowly(host, run, this.nowMs + slowMs);
      return;
    }
    this.later(host, run.operation === 'monitor' ? 5 : 20, () => {
      const fault = this.faults.get(`${host.name} ${run.operation} ${run.resource}`);
      let rcCode = fault ?? 0;
      if (run.operation === 'monitor' && !host.active.has(run.resource)) rcCode = fault === 5 ? 5 : 7;
      if (fault === undefined) this.takeEffect(host, run);
      if (run.operation !== 'monitor')
        this.trail.push(`${this.nowMs} ${host.name} ${run.operation} ${run.resource}`);
      return {
        kind: 'agentResult',
        result: { runId: run.runId, rcCode, opStatus: 0, execTimeMs: 20, queueTimeMs: 0 },
      };
    });
  }
}
