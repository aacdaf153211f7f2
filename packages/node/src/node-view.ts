import { findVoter } from '@holdfast/consensus';
import type { NodeInspection } from './io.ts';
import type { LifeCheck } from './lives/life-check.ts';
import type { LocalMember } from './member/local-member.ts';
import type { NodeContext } from './node-context.ts';

/** A live view into a running member: each property is read when it is asked for, so that looking costs nothing. */
export class NodeView implements NodeInspection {
  private readonly context: NodeContext;
  private readonly member: LocalMember;
  private readonly lives: LifeCheck;
  private votersOf: unknown;
  private voterNames: readonly string[] = [];
  private votes = false;

  constructor(context: NodeContext, member: LocalMember, lives: LifeCheck) {
    this.lives = lives;
    this.context = context;
    this.member = member;
  }

  get name(): string {
    return this.context.options.name;
  }

  get incarnation(): number {
    return this.context.incarnation;
  }

  get role(): NodeInspection['role'] {
    const { consensus } = this.context.replica;
    this.readVoters();
    if (!this.votes || this.lives.ended) return 'learner';
    return consensus.role === 'pre-candidate' ? 'candidate' : consensus.role;
  }

  get term(): number {
    return this.context.replica.consensus.term;
  }

  get leader(): string | null {
    return this.context.replica.consensus.leader ?? null;
  }

  get commitIndex(): number {
    return this.context.replica.consensus.commitIndex;
  }

  get appliedIndex(): number {
    return this.context.replica.appliedIndex;
  }

  get featureLevel(): number {
    return this.context.replica.state.featureLevel;
  }

  get stateHash(): string {
    return this.context.replica.state.hash;
  }

  get authority(): boolean {
    return !this.lives.ended && this.member.startsRefused(this.context.nowMs) === null;
  }

  get holders(): NodeInspection['holders'] {
    return this.context.replica.state.holders;
  }

  get votersCommitted(): boolean {
    const { members, committedMembers } = this.context.replica.consensus;
    return members.index === committedMembers.index;
  }

  get pledge(): NodeInspection['pledge'] {
    return this.context.replica.consensus.pledge();
  }

  get remembered(): NodeInspection['remembered'] {
    return this.lives.memory.durable;
  }

  get voters(): readonly string[] {
    this.readVoters();
    return this.voterNames;
  }

  private readVoters(): void {
    const { members } = this.context.replica.consensus.members;
    if (members === this.votersOf) return;
    this.votersOf = members;
    this.voterNames = members.voters.map(({ name }) => name);
    this.votes = findVoter(members, this.name) !== undefined;
  }
}
