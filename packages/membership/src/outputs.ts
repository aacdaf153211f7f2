import type { Message, OwnHealth } from './message.ts';

/**
 * What is believed about a peer. `waiting`: never heard in this run. `suspected`: silent, being probed.
 * `unreachable`: silent from here while others are in contact with it, so it lives. `lost`: nobody reaches
 * it. `left`: it said goodbye.
 */
export type PeerState = 'waiting' | 'alive' | 'suspected' | 'unreachable' | 'lost' | 'left';

/** Something changed. */
export type MembershipEvent =
  | { readonly type: 'peer-suspected'; readonly peer: string; readonly silentMs: number }
  /** Alive, but only through others. */
  | { readonly type: 'peer-unreachable'; readonly peer: string; readonly via: string }
  | {
      readonly type: 'peer-lost';
      readonly peer: string;
      /** Of its last known run; undefined when it was never heard. */
      readonly incarnation: number | undefined;
      readonly silentMs: number;
    }
  /** In contact (again). */
  | {
      readonly type: 'peer-alive';
      readonly peer: string;
      readonly incarnation: number;
      readonly before: PeerState;
    }
  | { readonly type: 'peer-left'; readonly peer: string; readonly incarnation: number }
  /** A newer run was heard: the older one has ended. Followed by `peer-alive`. */
  | {
      readonly type: 'peer-restarted';
      readonly peer: string;
      readonly incarnation: number;
      readonly previousIncarnation: number;
    }
  | { readonly type: 'peer-health-changed'; readonly peer: string; readonly health: OwnHealth }
  | { readonly type: 'link-up'; readonly peer: string; readonly link: string }
  | { readonly type: 'link-down'; readonly peer: string; readonly link: string }
  /** This member distrusts itself (its timeouts are longer meanwhile), or does so no more. */
  | { readonly type: 'own-health-changed'; readonly health: OwnHealth; readonly lateMs: number };

/** A message, its receiver and the link to send it on. */
export interface OutboundMessage {
  readonly to: string;
  readonly link: string;
  readonly message: Message;
}

/** What the core wants done. */
export interface Outputs {
  /** May be lost, repeated or reordered. */
  readonly messages: readonly OutboundMessage[];
  readonly events: readonly MembershipEvent[];
  /** What peers sent along with their heartbeats. */
  readonly piggybacks: readonly { readonly from: string; readonly value: unknown }[];
}

/** A link to a peer, for display. */
export interface LinkView {
  readonly link: string;
  readonly up: boolean;
  /** By this member's clock; undefined when never. */
  readonly lastHeardMs: number | undefined;
}

/** A peer, for decisions and display. */
export interface PeerView {
  readonly name: string;
  readonly state: PeerState;
  /** Newest known run. */
  readonly incarnation: number | undefined;
  /** On any link, by this member's clock; undefined when never. */
  readonly lastHeardMs: number | undefined;
  /** What it says of itself. */
  readonly health: OwnHealth;
  readonly links: readonly LinkView[];
}
