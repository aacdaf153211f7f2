import { applyChange, changeFromJson, HoldfastError } from '@holdfast/model';
import type {
  ApiRequest,
  ApiResponse,
  JoinGrant,
  MemberContact,
  ReadIndexAnswer,
  ReadIndexRequest,
  TokenGrant,
} from '@holdfast/protocol';
import type { Leadership } from '../leader/leadership.ts';
import type { NodeContext } from '../node-context.ts';
import type { CommandOutcome, ReplicatedCommand } from '../replicated/command.ts';
import { mayBeReplaced } from '../replicated/member-record.ts';
import { stagedCommand } from './staged-requests.ts';

export type Respond = (response: ApiResponse) => void;

/** Answers with an error of the catalogue. */
export function refusal(code: HoldfastError['code'], details: HoldfastError['details'] = {}): ApiResponse {
  return { ok: false, error: new HoldfastError(code, details).toJSON() };
}

/** Requests that only the leader can answer. Every request is answered, after commit where it writes. */
export class LeaderApi {
  private readonly context: NodeContext;

  constructor(context: NodeContext) {
    this.context = context;
  }

  handle(leadership: Leadership, request: ApiRequest | ReadIndexRequest, respond: Respond): void {
    const { wallMs } = this.context;
    switch (request.kind) {
      case 'readIndex':
        this.readIndex(respond);
        return;
      case 'change':
        if (request.dryRun) this.tryChange(request.change, respond);
        else
          this.write(
            { kind: 'configure', change: request.change, origin: request.origin, atMs: wallMs },
            respond,
          );
        return;
      case 'stage':
      case 'changeStaged': {
        const command = stagedCommand(request, wallMs);
        if (command) this.write(command, respond);
        else respond(refusal('REQUEST_INVALID', { problem: 'a staged change has an id and numbered parts' }));
        return;
      }
      case 'cleanup':
        this.cleanup(leadership, request, respond);
        return;
      case 'fence':
        this.fence(leadership, request, respond);
        return;
      case 'confirmFenced':
        this.confirmFenced(leadership, request, respond);
        return;
      case 'token':
        this.token(request, respond);
        return;
      case 'join':
        this.join(leadership, request, respond);
        return;
      case 'stopAll':
        this.write({ kind: 'stopAll', origin: request.origin, atMs: wallMs }, respond);
        return;
      case 'attribute':
        this.attribute(request, respond);
        return;
      case 'explain':
      case 'transition':
        this.explain(leadership, request, respond);
        return;
      default:
        respond(
          refusal('REQUEST_INVALID', { problem: `unknown kind ${String((request as ApiRequest).kind)}` }),
        );
    }
  }

  /** S4: a linearizable read; the index is confirmed by a majority first. The member that asks reads its own state. */
  private readIndex(respond: Respond): void {
    const { replica, nowMs } = this.context;
    replica.read((index) => {
      if (index === undefined) respond(refusal('NO_LEADER'));
      else respond({ ok: true, value: { index } satisfies ReadIndexAnswer });
    }, nowMs);
  }

  private tryChange(change: unknown, respond: Respond): void {
    try {
      const next = applyChange(this.context.replica.state.configuration, changeFromJson(change));
      if (next instanceof HoldfastError) respond({ ok: false, error: next.toJSON() });
      else respond({ ok: true, value: { revision: next.counter, dryRun: true } });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      respond({ ok: false, error: error.toJSON() });
    }
  }

  private write(command: ReplicatedCommand, respond: Respond, value?: () => unknown): void {
    this.context.replica.propose([command], (outcomes) => respond(toResponse(outcomes, value)));
  }

  private cleanup(
    leadership: Leadership,
    request: Extract<ApiRequest, { kind: 'cleanup' }>,
    respond: Respond,
  ): void {
    const { replica, outbox } = this.context;
    if (request.node !== undefined && !replica.state.members.has(request.node)) {
      respond(refusal('NO_SUCH_OBJECT', { kind: 'member', id: request.node }));
      return;
    }
    const targets = new Set(request.resource === undefined ? [null] : this.instancesOf(request.resource));
    for (const { name, status } of replica.state.members.values()) {
      if (status !== 'admitted' || (request.node !== undefined && request.node !== name)) continue;
      for (const resource of targets) {
        outbox.send(name, {
          kind: 'records',
          term: replica.consensus.term,
          order: 'cleanup',
          resource,
          operation: request.operation ?? null,
          name: null,
          value: null,
        });
      }
    }
    for (const name of replica.state.members.keys()) leadership.fencing.desk.forgive(name);
    leadership.runner.renewed('failures were cleaned up');
    respond({ ok: true, value: null });
  }

  /** A resource or everything inside a container. */
  private instancesOf(resource: string): string[] {
    const inside = [...this.context.replica.facts.primitives]
      .filter(([id, { parents }]) => id === resource || parents.includes(resource))
      .map(([id]) => id);
    return inside.length > 0 ? inside : [resource];
  }

  private fence(
    leadership: Leadership,
    request: Extract<ApiRequest, { kind: 'fence' }>,
    respond: Respond,
  ): void {
    const { node, action, origin } = request;
    if (!this.context.replica.state.members.has(node)) {
      respond(refusal('NO_SUCH_OBJECT', { kind: 'member', id: node }));
      return;
    }
    leadership.fencing.desk.forgive(node);
    leadership.fencing.order(node, action, origin, 'an operator asked for it', (proven, reason) => {
      leadership.runner.renewed(`${node} was fenced on request`);
      if (proven) respond({ ok: true, value: { node, action } });
      else respond(refusal('FENCING_FAILED', { node, problem: reason }));
    });
  }

  /** S11: a named person vouches. Refused while the member is in contact: then it is not off. */
  private confirmFenced(
    leadership: Leadership,
    request: Extract<ApiRequest, { kind: 'confirmFenced' }>,
    respond: Respond,
  ): void {
    const { replica, membership, wallMs } = this.context;
    const { node, operator, reason } = request;
    const record = replica.state.members.get(node);
    if (!record) {
      respond(refusal('NO_SUCH_OBJECT', { kind: 'member', id: node }));
      return;
    }
    const state = membership.stateOf(node);
    if (node === replica.consensus.self || state === 'alive' || state === 'suspected') {
      respond(refusal('FENCING_REFUSED', { node, problem: 'it is in contact with the cluster' }));
      return;
    }
    if (request.incarnation !== record.incarnation) {
      respond(
        refusal('FENCING_REFUSED', { node, problem: 'it has come back since, or is not the one meant' }),
      );
      return;
    }
    const commands: ReplicatedCommand[] = [
      { kind: 'audit', action: `confirm-fenced ${node}`, who: operator, reason, atMs: wallMs },
      {
        kind: 'proof',
        target: node,
        targetIncarnation: record.incarnation,
        method: 'operator',
        device: operator,
        atMs: wallMs,
      },
    ];
    replica.propose(commands, (outcomes) => {
      leadership.fencing.desk.cancel(node);
      leadership.runner.renewed(`${operator} confirmed that ${node} is off`);
      respond(toResponse(outcomes));
    });
  }

  private token(request: Extract<ApiRequest, { kind: 'token' }>, respond: Respond): void {
    const { voter, witness, ticketPeerId } = request;
    const expiresAtMs = this.context.wallMs + request.validMs;
    const name = request.name ?? null;
    this.write({ kind: 'ticket', peerId: ticketPeerId, name, voter, witness, expiresAtMs }, respond, () => {
      const { clusterUuid, clusterName } = this.context.options;
      const grant: TokenGrant = { clusterUuid, clusterName, members: this.contacts(), expiresAtMs };
      return grant;
    });
  }

  private join(
    leadership: Leadership,
    request: Extract<ApiRequest, { kind: 'join' }>,
    respond: Respond,
  ): void {
    const { replica, membership } = this.context;
    const known = replica.state.members.get(request.name);
    if (known === undefined || known.peerId === request.peerId) {
      this.addMember(request, respond);
      return;
    }
    const state = membership.stateOf(request.name);
    if (known.name === replica.consensus.self || state === 'alive' || !mayBeReplaced(known)) {
      respond(refusal('TOKEN_INVALID', { problem: `a member named ${request.name} exists` }));
      return;
    }
    leadership.admissions.voters.replace(request.name, (removed) => {
      if (removed) this.addMember(request, respond);
      else
        respond(
          refusal('TIMEOUT', { operation: 'join', timeoutMs: 0, problem: 'its old vote is not removed' }),
        );
    });
  }

  private addMember(request: Extract<ApiRequest, { kind: 'join' }>, respond: Respond): void {
    const { ticketPeerId, peerId, name, addresses } = request;
    const { replica, options, wallMs } = this.context;
    const known = replica.state.members.get(name);
    const ticket = replica.state.tickets.get(ticketPeerId);
    const command: ReplicatedCommand = {
      kind: 'addMember',
      name,
      peerId,
      addresses,
      voter: ticket?.voter ?? known?.voter ?? true,
      witness: ticket?.witness ?? known?.witness ?? false,
      ticketPeerId,
      atMs: wallMs,
    };
    this.write(command, respond, () => {
      const { clusterUuid, clusterName } = options;
      const grant: JoinGrant = { clusterUuid, clusterName, members: this.contacts() };
      return grant;
    });
  }

  private contacts(): MemberContact[] {
    return [...this.context.replica.state.members.values()].map(({ name, peerId, addresses }) => ({
      name,
      peerId,
      addresses,
    }));
  }

  private attribute(request: Extract<ApiRequest, { kind: 'attribute' }>, respond: Respond): void {
    const { node, name, value, lifetime } = request;
    const { replica, outbox } = this.context;
    if (lifetime === 'forever') {
      this.write({ kind: 'nodeAttribute', node, name, value }, respond);
      return;
    }
    if (!replica.state.members.has(node)) {
      respond(refusal('NO_SUCH_OBJECT', { kind: 'member', id: node }));
      return;
    }
    const { term } = replica.consensus;
    outbox.send(node, {
      kind: 'records',
      term,
      order: 'attribute',
      resource: null,
      operation: null,
      name,
      value,
    });
    respond({ ok: true, value: null });
  }

  private explain(
    { runner }: Leadership,
    request: Extract<ApiRequest, { kind: 'explain' | 'transition' }>,
    respond: Respond,
  ): void {
    const wanted = request.kind === 'transition' ? request.id : undefined;
    const kept = wanted === undefined ? runner.kept[0] : runner.kept.find(({ id }) => id === wanted);
    if (!kept) {
      respond(refusal('NO_SUCH_OBJECT', { kind: 'transition', id: wanted ?? 'of this leader yet' }));
      return;
    }
    if (request.kind === 'transition') {
      respond({ ok: true, value: kept });
      return;
    }
    const { summary, reasons, explanation } = kept.answer;
    const { resource } = request;
    const all = (explanation as { resources?: readonly { resource: string }[] } | null)?.resources;
    // The instances of a clone are explained one by one, as ID:0, ID:1 and so on.
    const one =
      resource === undefined || !all
        ? explanation
        : all.filter((each) => each.resource === resource || each.resource.startsWith(`${resource}:`));
    respond({ ok: true, value: { transition: kept.id, summary, reasons, explanation: one } });
  }
}

function toResponse(outcomes: readonly CommandOutcome[] | null, value?: () => unknown): ApiResponse {
  if (outcomes === null) {
    return refusal('TIMEOUT', {
      operation: 'the request',
      timeoutMs: 0,
      problem: 'the leader changed before it was certain; it may or may not have been made',
    });
  }
  const failed = outcomes.find((outcome) => !outcome.ok);
  if (failed) return failed as ApiResponse;
  const [first] = outcomes;
  return { ok: true, value: value ? value() : first?.ok ? first.value : null };
}
