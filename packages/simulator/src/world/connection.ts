import type { SimulatedHost } from './host.ts';

const NOBODY: ReadonlySet<string> = new Set();

/** The way from one host to another. */
export class Connection {
  readonly sender: SimulatedHost;
  readonly receiver: SimulatedHost;
  private senderAdmits = NOBODY;
  private receiverAdmits = NOBODY;
  private senderId = '';
  private receiverId = '';
  private known = false;

  constructor(sender: SimulatedHost, receiver: SimulatedHost) {
    this.sender = sender;
    this.receiver = receiver;
  }

  /**
   * Both let each other in: an identity that is not on a member's list has no connection to it. Asked with each message,
   * so it is looked up again only after a list or an identity has changed.
   */
  get open(): boolean {
    const { sender, receiver } = this;
    if (
      sender.admitted !== this.senderAdmits ||
      receiver.admitted !== this.receiverAdmits ||
      sender.peerId !== this.senderId ||
      receiver.peerId !== this.receiverId
    ) {
      this.senderAdmits = sender.admitted;
      this.receiverAdmits = receiver.admitted;
      this.senderId = sender.peerId;
      this.receiverId = receiver.peerId;
      this.known = receiver.admitted.has(sender.peerId) && sender.admitted.has(receiver.peerId);
    }
    return this.known;
  }
}
