import { FIRST_RECORD_KEY } from '@holdfast/node';
import type { ApiRequest, ApiResponse, JoinGrant } from '@holdfast/protocol';
import { CLUSTER_UUID, type World } from '../world/world.ts';

export interface JoiningOptions {
  readonly world: World;
  /** Who joins; its disk is empty. */
  readonly name: string;
  /** The member that is asked, drawn anew for each attempt. */
  readonly via: () => string;
  /** Called once the host has its first record and its daemon was started. */
  readonly onJoined: () => void;
}

const ATTEMPT_MS = 25_000;
const PAUSE_MS = 500;

/** Lets one host join the way an operator does: a token, the request, the first record; repeated until it works. */
export class Joining {
  private readonly options: JoiningOptions;
  private attempt = 0;
  private joined = false;

  constructor(options: JoiningOptions) {
    this.options = options;
  }

  start(): void {
    const attempt = ++this.attempt;
    const { world, name } = this.options;
    const via = this.options.via();
    const ticketPeerId = `ticket-${name}-${attempt}`;
    const { voter, witness } = world.design.roles.get(name) ?? { voter: true, witness: false };
    const origin = 'operator';
    const ask = (request: ApiRequest, onSuccess: (response: ApiResponse) => void) => {
      const sent = world.request(via, request, (response) => {
        if (attempt !== this.attempt || this.joined) return;
        if (response.ok) onSuccess(response);
        else this.again(attempt);
      });
      if (!sent) this.again(attempt);
    };
    world.queue.after(ATTEMPT_MS, () => this.again(attempt));
    ask({ kind: 'token', ticketPeerId, name, voter, witness, validMs: 7_200_000, origin }, () => {
      const { peerId, addresses } = world.contact(name);
      ask({ kind: 'join', ticketPeerId, peerId, name, addresses }, (response) => {
        this.finish((response as { value: unknown }).value as JoinGrant);
      });
    });
  }

  private finish({ clusterUuid, clusterName, members }: JoinGrant): void {
    const { world, name, onJoined } = this.options;
    this.joined = true;
    world.checkers.expect(
      clusterUuid === CLUSTER_UUID,
      'join',
      `${name} was let into cluster ${clusterUuid}`,
    );
    const { peerId } = world.contact(name);
    const value = { origin: 'joiner', clusterUuid, clusterName, name, peerId, members };
    world.host(name).disk.apply([{ op: 'put', key: FIRST_RECORD_KEY, value }]);
    world.boot(name);
    onJoined();
  }

  private again(attempt: number): void {
    if (attempt !== this.attempt || this.joined) return;
    this.attempt++;
    this.options.world.queue.after(PAUSE_MS, () => {
      if (!this.joined) this.start();
    });
  }
}
