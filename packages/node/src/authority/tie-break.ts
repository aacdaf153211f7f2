import { findVoter } from '@holdfast/consensus';
import { breaksTie, FenceDesk, type FenceOutcome, fenceDevices } from '@holdfast/fencing';
import type { FenceResult } from '@holdfast/ports';
import type { RunIds } from '../member/run-ids.ts';
import type { NodeContext } from '../node-context.ts';
import type { ReplicatedCommand } from '../replicated/command.ts';

/** When this member last had authority together with the other one of two voters (rule 9 i). */
interface Together {
  readonly membersIndex: number;
  readonly peer: string;
  readonly peerIncarnation: number;
  readonly led: boolean;
}

/** Head start of the side that led, so that the two do not shoot each other at once (rule 14). Milliseconds. */
const FOLLOWER_DELAY_MS = 1000;
const NEVER = Number.POSITIVE_INFINITY;

/**
 * Rule 9: of two voters, the one that proves the other powered off or reset goes on alone. The only place where a
 * member without a majority fences, and the only proof that counts is a power device's.
 */
export class TieBreak {
  private readonly context: NodeContext;
  private readonly runIds: RunIds;
  private readonly desk: FenceDesk;
  private readonly running = new Map<number, number>();
  private together: Together | undefined;
  private proof: ReplicatedCommand | undefined;

  constructor(context: NodeContext, runIds: RunIds) {
    this.context = context;
    this.runIds = runIds;
    this.desk = new FenceDesk({ random: context.random });
  }

  /** Looks whether there is a tie to break, and goes on breaking it. `authority`: the lease holds now. */
  advance(authority: boolean): void {
    if (authority) {
      this.giveUp();
      this.remember();
      return;
    }
    const { together } = this;
    if (!together) return;
    if (!this.isTied(together)) {
      if (this.desk.isPending(together.peer)) this.desk.cancel(together.peer);
      return;
    }
    const { nowMs } = this.context;
    this.order(together);
    this.desk.tick(nowMs);
    for (const attempt of this.desk.takeAttempts(nowMs)) {
      const runId = this.runIds.next();
      this.running.set(runId, attempt.attemptId);
      const { device, agentAction, targetName, targetCheck, timeoutMs } = attempt;
      this.context.outbox.emit({
        kind: 'runFence',
        run: {
          runId,
          agent: device.agent,
          action: agentAction,
          target: targetName,
          ...(device.targetArgument === undefined ? {} : { targetArgument: device.targetArgument }),
          ...(targetCheck === undefined ? {} : { targetCheck }),
          parameters: device.parameters,
          timeoutMs,
        },
      });
    }
    for (const outcome of this.desk.takeOutcomes()) this.settle(together, outcome);
  }

  /** Returns whether the result belongs to a tie. */
  result(result: FenceResult): boolean {
    const attempt = this.running.get(result.runId);
    if (attempt === undefined) return false;
    this.running.delete(result.runId);
    const ok = result.rcCode === 0 && !result.timedOut;
    this.desk.answer(attempt, ok, result.reason ?? 'the fence agent failed', this.context.nowMs);
    return true;
  }

  /** The proof to be committed first by the sole voter's leadership. */
  takeProof(): ReplicatedCommand | undefined {
    const { proof } = this;
    this.proof = undefined;
    return proof;
  }

  nextDeadlineMs(): number {
    const { together } = this;
    if (!together || !this.isTied(together)) return NEVER;
    return Math.min(this.desk.nextDeadlineMs(), this.retryAtMs(together.peer));
  }

  private remember(): void {
    const { replica, options } = this.context;
    const { voters } = replica.consensus.members.members;
    const { committedMembers, members } = replica.consensus;
    const other = voters.find(({ name }) => name !== options.name);
    const two = voters.length === 2 && findVoter(members.members, options.name) !== undefined;
    if (!two || !other || committedMembers.index !== members.index) {
      this.together = undefined;
      return;
    }
    const record = replica.state.members.get(other.name);
    if (record?.status !== 'admitted') return;
    const led = replica.isLeader;
    const known = this.together;
    if (
      known?.membersIndex === members.index &&
      known.peerIncarnation === record.incarnation &&
      known.led === led
    ) {
      return;
    }
    this.together = {
      membersIndex: members.index,
      peer: other.name,
      peerIncarnation: record.incarnation,
      led,
    };
  }

  /** Exactly half, the other one silent on every path, and the list still the one of back then. */
  private isTied({ membersIndex, peer }: Together): boolean {
    const { replica, membership, options } = this.context;
    const { consensus, facts } = replica;
    if (consensus.leader !== undefined || consensus.members.index !== membersIndex) return false;
    if (findVoter(consensus.members.members, options.name)?.witness !== false) return false;
    if (!facts.flag('fencing-enabled', true) || membership.ownHealth !== 'good') return false;
    return membership.stateOf(peer) === 'lost';
  }

  private order({ peer, peerIncarnation, led }: Together): void {
    if (this.desk.isPending(peer)) return;
    const { replica, membership, nowMs, options, outbox } = this.context;
    const { configuration } = replica.state.configuration;
    if (this.desk.retryAtMs(peer) > nowMs) return;
    if (!this.desk.configured)
      this.desk.configure(fenceDevices(configuration), configuration.fencingTopology);
    if (!this.desk.configured) return;
    const heard = membership.peer(peer)?.incarnation ?? 0;
    const delayMs = led ? 0 : replica.facts.durationMs('priority-fencing-delay', FOLLOWER_DELAY_MS);
    const ordered = this.desk.request(
      {
        id: `tie-${peer}`,
        target: peer,
        targetIncarnation: Math.max(peerIncarnation, heard),
        action: 'reboot',
        delayMs,
        requestedBy: options.name,
        reason: 'the other one of two voters is lost (rule 9)',
      },
      new Map(),
      nowMs,
    );
    if (ordered) outbox.log('warn', 'tie', `fencing ${peer} to break the tie`, { target: peer, delayMs });
  }

  /** The tie is over: an answer that comes later is about a life that may have been followed by another one. */
  private giveUp(): void {
    if (this.together && this.desk.isPending(this.together.peer)) this.desk.cancel(this.together.peer);
    this.desk.takeOutcomes();
  }

  private settle({ membersIndex, peer, peerIncarnation }: Together, outcome: FenceOutcome): void {
    const { replica, outbox, incarnation, wallMs, nowMs } = this.context;
    const { ok, method, device, order, reason } = outcome;
    if (!ok || !breaksTie(method)) {
      outbox.log('error', 'tie-unbroken', `${peer} is not proven off: ${reason}`, { target: peer, method });
      return;
    }
    const answer = replica.consensus.commitSoleVoter(
      {
        incarnation,
        authority: { incarnation, membersIndex, peerIncarnation },
        proof: {
          target: peer,
          targetIncarnation: order.targetIncarnation,
          method,
          device,
          confirmedAt: String(wallMs),
        },
      },
      nowMs,
    );
    if (!answer.ok) {
      outbox.log('error', 'tie-unbroken', `this member may not go on alone: ${answer.reason}`, {
        target: peer,
      });
      return;
    }
    outbox.log('warn', 'sole-voter', `${peer} is proven off: going on alone`, { target: peer, device });
    const { targetIncarnation } = order;
    this.proof = { kind: 'proof', target: peer, targetIncarnation, method, device, atMs: wallMs };
  }

  private retryAtMs(peer: string): number {
    const atMs = this.desk.retryAtMs(peer);
    return atMs > this.context.nowMs ? atMs : NEVER;
  }
}
