import type { NodeContext } from '../node-context.ts';
import type { MemberRecord } from '../replicated/member-record.ts';

/** What the keeper asks of the member it belongs to. */
export interface WatchdogHooks {
  /** This member's record, once the log has it. */
  readonly record: () => MemberRecord | undefined;
  /** Rule 6: a leader has acknowledged this very life. */
  readonly admitted: () => boolean;
  readonly leaseHolds: () => boolean;
  /** Something that must not run twice may be active here, or on its way here. */
  readonly hostsExclusive: () => boolean;
  /** A stop failed: nothing but the watchdog can end what runs here. */
  readonly selfFence: () => boolean;
}

/** What a member says of its watchdog; later words have higher numbers. */
export interface WatchdogWord {
  readonly watchdogMs: number | null;
  readonly watchdogRound: number;
}

const NEVER = Number.POSITIVE_INFINITY;

/**
 * Rule 11: arms this host's watchdog as `fencing-watchdog-timeout` asks, feeds it, and has the log say so. Others count
 * on the time in the log, so the order is strict: armed first and recorded then; for another time, or none, the record
 * is taken back first and the device let go then. A device that was let go, or set to a longer time, while the log
 * still has the old one would prove the end of a member that goes on.
 */
export class WatchdogKeeper {
  private readonly context: NodeContext;
  private readonly hooks: WatchdogHooks;
  private device: 'idle' | 'arming' | 'armed' | 'disarming' = 'idle';
  /** What the device was last asked for; a host without one is not asked again for the same. */
  private askedMs = 0;
  /** The timeout in force while the device is armed. */
  private armedMs = 0;
  private word: WatchdogWord = { watchdogMs: null, watchdogRound: 0 };
  /** The probes of this life were recorded: what runs here is known. */
  private surveyed = false;
  private petAtMs = NEVER;

  constructor(context: NodeContext, hooks: WatchdogHooks) {
    this.context = context;
    this.hooks = hooks;
  }

  /** What to tell the leader. */
  get said(): WatchdogWord {
    return this.word;
  }

  /** The leader has to be told: the log does not have the last word. */
  get mustTell(): boolean {
    return (this.hooks.record()?.watchdogRound ?? 0) < this.word.watchdogRound;
  }

  /** The device answered: the timeout in force, or null when it is not armed. */
  answered(armedTimeoutMs: number | null): void {
    this.device = armedTimeoutMs === null ? 'idle' : 'armed';
    this.petAtMs = armedTimeoutMs === null ? NEVER : this.context.nowMs;
    if (armedTimeoutMs === null) return;
    this.armedMs = armedTimeoutMs;
    this.say(armedTimeoutMs);
  }

  advance(): void {
    if (this.hooks.admitted()) {
      this.surveyed ||= this.hooks.record()?.probed === true;
      this.follow();
    }
    this.feed();
  }

  /** A clean end of this life: with nothing left here that must not run twice, the host need not be reset for it. */
  letGo(): void {
    if (this.device === 'idle' || this.device === 'disarming' || this.mayHost()) return;
    this.device = 'disarming';
    this.context.outbox.emit({ kind: 'watchdog', action: 'disarm' });
  }

  nextDeadlineMs(): number {
    return this.petAtMs;
  }

  private follow(): void {
    const { replica, outbox } = this.context;
    const wantedMs = replica.facts.durationMs('fencing-watchdog-timeout', 0);
    if (this.device === 'idle') {
      if (wantedMs > 0 && wantedMs !== this.askedMs) {
        this.device = 'arming';
        outbox.emit({ kind: 'watchdog', action: 'arm', timeoutMs: wantedMs });
      }
      this.askedMs = wantedMs;
      return;
    }
    if (this.device !== 'armed') return;
    const wantedWord = wantedMs === this.askedMs ? this.armedMs : null;
    // The log has taken the word back, as something has become exclusive: this member knows of that now.
    const record = this.hooks.record();
    const isTakenBack =
      record?.watchdogRound === this.word.watchdogRound && record.watchdogMs !== this.word.watchdogMs;
    if (this.word.watchdogMs !== wantedWord || isTakenBack) this.say(wantedWord);
    if (wantedWord !== null || this.mustTell) return;
    this.device = 'disarming';
    this.askedMs = 0;
    this.petAtMs = NEVER;
    outbox.emit({ kind: 'watchdog', action: 'disarm' });
  }

  private say(watchdogMs: number | null): void {
    this.word = { watchdogMs, watchdogRound: this.word.watchdogRound + 1 };
  }

  /**
   * Rules 11 and 15: fed while the lease holds, or while nothing exclusive may run here; never once a stop has failed.
   * Nothing is sent here by a live migration before this member has said that it knows of it.
   */
  private feed(): void {
    const { nowMs, outbox } = this.context;
    if (nowMs < this.petAtMs) return;
    this.petAtMs = nowMs + Math.floor(this.armedMs / 8);
    const mayStay = this.hooks.leaseHolds() || !this.mayHost();
    if (this.hooks.selfFence() || !mayStay) return;
    outbox.emit({ kind: 'watchdog', action: 'pet' });
  }

  /** Before its probes are recorded a life does not know what an earlier one has left running. */
  private mayHost(): boolean {
    return !this.surveyed || this.hooks.hostsExclusive();
  }
}
