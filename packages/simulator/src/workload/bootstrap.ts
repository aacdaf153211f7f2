import { FIRST_RECORD_KEY, type FirstRecord } from '@holdfast/node';
import type { ApiResponse, JoinGrant } from '@holdfast/protocol';
import { CLUSTER_UUID, type World } from '../world/world.ts';
import { designChange } from './cluster-design.ts';

/**
 * Brings a cluster up the way an operator does: one founder, every other host joins with a token, then the
 * configuration is written. Each step is repeated until it is answered.
 */
export class Bootstrap {
  private readonly world: World;
  private readonly founder: string;
  done = false;

  constructor(world: World) {
    this.world = world;
    this.founder = world.design.hostNames[0] as string;
  }

  start(): void {
    this.writeFirstRecord(this.founder, {
      origin: 'founder',
      clusterUuid: CLUSTER_UUID,
      clusterName: 'simulated',
      name: this.founder,
      peerId: `peer-${this.founder}`,
      members: [this.contact(this.founder)],
    });
    this.world.startDaemon(this.founder);
    this.joinNext(this.world.design.hostNames.slice(1));
  }

  private joinNext(rest: readonly string[]): void {
    const name = rest[0];
    if (name === undefined) {
      this.configure();
      return;
    }
    const ticketPeerId = `ticket-${name}`;
    this.repeat(
      {
        kind: 'token',
        ticketPeerId,
        name,
        voter: true,
        witness: false,
        validMs: 600_000,
        origin: 'bootstrap',
      },
      () => {
        const { peerId, addresses } = this.contact(name);
        this.repeat({ kind: 'join', ticketPeerId, peerId, name, addresses }, (response) => {
          const grant = (response as { value: unknown }).value as JoinGrant;
          this.writeFirstRecord(name, {
            origin: 'joiner',
            clusterUuid: grant.clusterUuid,
            clusterName: grant.clusterName,
            name,
            peerId,
            members: grant.members,
          });
          this.world.startDaemon(name);
          this.joinNext(rest.slice(1));
        });
      },
    );
  }

  private configure(): void {
    this.repeat({ kind: 'change', change: designChange(this.world.design), origin: 'bootstrap' }, () => {
      this.done = true;
      this.world.note('configuration is written');
    });
  }

  private repeat(
    request: Parameters<World['request']>[1],
    onSuccess: (response: ApiResponse) => void,
    attempt = 0,
  ): void {
    let answered = false;
    this.world.request(this.founder, request, (response) => {
      if (answered) return;
      answered = true;
      if (response.ok) onSuccess(response);
      else this.world.queue.after(300, () => this.repeat(request, onSuccess, attempt + 1));
    });
    this.world.queue.after(5000, () => {
      if (answered) return;
      answered = true;
      this.repeat(request, onSuccess, attempt + 1);
    });
  }

  private contact(name: string) {
    const addresses = this.world.linkNumbers().map((link) => `10.${link}.0.${name.slice(1)}:7000`);
    return { name, peerId: `peer-${name}`, addresses };
  }

  private writeFirstRecord(name: string, value: FirstRecord): void {
    this.world.host(name).disk.apply([{ op: 'put', key: FIRST_RECORD_KEY, value }]);
  }
}
