import type { ReplicatedCommand } from '@holdfast/node';
import type { MemberReport } from '@holdfast/protocol';

/** What an agent's answer on one host said of a resource, lie or not. */
interface Answer {
  readonly saysActive: boolean;
  /** Life of the daemon that was told. */
  readonly incarnation: number;
  readonly atMs: number;
}

/** What the log says of a member. */
interface Standing {
  readonly incarnation: number;
  readonly status: 'admitted' | 'lost' | 'gone';
}

/**
 * Which resources a leader may take for active, whether they are or not: those of which the newest answer that has
 * reached it, from a life that the log acknowledges, said so. Answers travel with the reports of members: one counts
 * for a leader once it has got a report that was first sent afterwards. A member that the log calls lost has no word
 * any more, except where nothing is recovered from it without proof and what it held is left alone (rule 17).
 */
export class Beliefs {
  private readonly leaveAlone: boolean;
  /** Resource -> host -> answers that differ from the one before, oldest first. */
  private readonly answers = new Map<string, Map<string, Answer[]>>();
  /** When each report was sent first: repetitions say nothing newer. */
  private readonly sentMs = new Map<string, number>();
  /** Leader -> member -> what the leader has heard of it reaches up to here. */
  private readonly heardMs = new Map<string, Map<string, number>>();
  private readonly standings = new Map<string, Standing>();

  /** @param options.leaveAlone without fencing what a lost member may hold is left alone */
  constructor(options: { leaveAlone: boolean }) {
    this.leaveAlone = options.leaveAlone;
  }

  /** An answer reached the executor of a host. */
  answered(host: string, resource: string, answer: Answer): void {
    const hosts = this.answers.get(resource) ?? new Map<string, Answer[]>();
    this.answers.set(resource, hosts);
    const known = hosts.get(host) ?? [];
    hosts.set(host, known);
    const last = known.at(-1);
    if (last?.saysActive !== answer.saysActive || last.incarnation !== answer.incarnation) known.push(answer);
  }

  reportSent(from: string, report: MemberReport, nowMs: number): void {
    const key = reportKey(from, report);
    if (!this.sentMs.has(key)) this.sentMs.set(key, nowMs);
  }

  reportHeard(by: string, from: string, report: MemberReport): void {
    const sentMs = this.sentMs.get(reportKey(from, report));
    if (sentMs === undefined) return;
    const heard = this.heardMs.get(by) ?? new Map<string, number>();
    this.heardMs.set(by, heard);
    heard.set(from, Math.max(sentMs, heard.get(from) ?? 0));
  }

  /** What the log says of members; in order. */
  committed(command: ReplicatedCommand): void {
    switch (command.kind) {
      case 'admit':
        this.standings.set(command.node, { incarnation: command.incarnation, status: 'admitted' });
        return;
      case 'lost':
        this.follow(command.node, command.incarnation, command.unsafe ? 'gone' : 'lost');
        return;
      case 'left':
        this.follow(command.node, command.incarnation, 'gone');
        return;
      case 'proof':
        this.follow(command.target, command.targetIncarnation, 'gone');
        return;
      default:
        return;
    }
  }

  /** Whether that leader may take the resource for active somewhere. */
  mayBelieve(leader: string, resource: string): boolean {
    for (const [host, answers] of this.answers.get(resource) ?? []) {
      const standing = this.standings.get(host);
      if (!standing || standing.status === 'gone') continue;
      if (standing.status === 'lost' && !this.leaveAlone) continue;
      const upToMs = host === leader ? Number.POSITIVE_INFINITY : (this.heardMs.get(leader)?.get(host) ?? -1);
      const newest = answers.findLast(({ atMs }) => atMs <= upToMs);
      if (newest?.saysActive && newest.incarnation === standing.incarnation) return true;
    }
    return false;
  }

  /** A word about an older life than the present one says nothing. */
  private follow(node: string, incarnation: number, status: Standing['status']): void {
    const known = this.standings.get(node);
    if (known && known.incarnation <= incarnation)
      this.standings.set(node, { incarnation: known.incarnation, status });
  }
}

function reportKey(from: string, { incarnation, term, sequence }: MemberReport): string {
  return `${from} ${incarnation}.${term}.${sequence}`;
}
