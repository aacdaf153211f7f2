import type { OwnHealth } from './message.ts';
import type { ResolvedMembershipOptions } from './options.ts';
import { directContactMs, heardMs, type Peer } from './peer.ts';

/** Judges this member itself, before it accuses anybody. */
export class OwnHealthMonitor {
  health: OwnHealth = 'good';
  lateMs = 0;
  private lateUntilMs = Number.NEGATIVE_INFINITY;
  private lossyUntilMs = Number.NEGATIVE_INFINITY;
  private isolatedUntilMs = Number.NEGATIVE_INFINITY;

  /** This member was away: it distrusts itself for two timeouts. */
  noteLate(lateMs: number, nowMs: number, options: ResolvedMembershipOptions): void {
    this.lateMs = lateMs;
    this.lateUntilMs = nowMs + 2 * options.timeoutMs;
  }

  /** Others were asked about a silent peer, and even their answers did not arrive. */
  noteDeaf(nowMs: number, options: ResolvedMembershipOptions): void {
    this.isolatedUntilMs = nowMs + 2 * options.timeoutMs;
  }

  /** Returns whether the judgement changed. */
  update(peers: ReadonlyMap<string, Peer>, nowMs: number, options: ResolvedMembershipOptions): boolean {
    if (this.hearsBadly(peers.values(), nowMs, options)) this.lossyUntilMs = nowMs + 2 * options.timeoutMs;
    if (this.hearsFew(peers.values(), nowMs, options)) this.isolatedUntilMs = nowMs + 2 * options.timeoutMs;
    const before = this.health;
    if (nowMs < this.lateUntilMs) this.health = 'late';
    else if (nowMs < this.lossyUntilMs) this.health = 'lossy';
    else if (nowMs < this.isolatedUntilMs) this.health = 'isolated';
    else this.health = 'good';
    return this.health !== before;
  }

  /**
   * Gaps in what most peers send point at us. A silence counts as a gap that has not ended yet; but a
   * minority of silent peers, such as one that has just died, must not make us slow; nor must many that die
   * at once while others are heard well.
   */
  private hearsBadly(peers: Iterable<Peer>, nowMs: number, options: ResolvedMembershipOptions): boolean {
    let heard = 0;
    let well = 0;
    let bad = 0;
    for (const peer of peers) {
      const silenceMs = nowMs - heardMs(peer);
      if (silenceMs > 2 * options.timeoutMs) continue;
      heard++;
      const missing = Math.max(0, Math.floor(silenceMs / options.intervalMs) - 1);
      if (missing === 0 && peer.lossPart < 0.1) well++;
      if (1 - (1 - peer.lossPart) * 0.8 ** missing >= options.lossyPart) bad++;
    }
    return heard >= 2 && bad * 2 > heard && well < 2;
  }

  /**
   * When most fall silent together and hardly anybody is heard well, the fault is likelier here. Two
   * members cannot tell, and must not wait.
   */
  private hearsFew(peers: Iterable<Peer>, nowMs: number, options: ResolvedMembershipOptions): boolean {
    const suspicionMs = options.suspicionPart * options.timeoutMs;
    let watched = 0;
    let silent = 0;
    let well = 0;
    for (const peer of peers) {
      if (peer.incarnation === undefined || peer.state === 'left') continue;
      watched++;
      if (nowMs - directContactMs(peer, options.intervalMs) >= suspicionMs) silent++;
      else if (peer.lossPart < 0.1) well++;
    }
    return watched >= 2 && silent * 2 > watched && well < 2;
  }
}
