import { FIRST_RECORD_KEY, type FirstRecord } from '@holdfast/node';
import { CLUSTER_UUID, type World } from '../world/world.ts';
import { designChange } from './cluster-design.ts';
import { Joining } from './joining.ts';

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
    const contact = this.world.contact(this.founder);
    const value: FirstRecord = {
      origin: 'founder',
      clusterUuid: CLUSTER_UUID,
      clusterName: 'simulated',
      name: this.founder,
      peerId: contact.peerId,
      members: [contact],
    };
    this.world.host(this.founder).disk.apply([{ op: 'put', key: FIRST_RECORD_KEY, value }]);
    this.world.startDaemon(this.founder);
    this.joinNext(this.world.design.hostNames.slice(1));
  }

  private joinNext(rest: readonly string[]): void {
    const [name] = rest;
    if (name === undefined) {
      this.configure();
      return;
    }
    const { world, founder } = this;
    new Joining({ world, name, via: () => founder, onJoined: () => this.joinNext(rest.slice(1)) }).start();
  }

  private configure(): void {
    if (this.done) return;
    const request = { kind: 'change', change: designChange(this.world.design), origin: 'bootstrap' } as const;
    let answered = false;
    const again = () => {
      if (answered) return;
      answered = true;
      this.world.queue.after(300, () => this.configure());
    };
    this.world.request(this.founder, request, (response) => {
      if (!response.ok) {
        again();
        return;
      }
      answered = true;
      if (this.done) return;
      this.done = true;
      this.world.note('configuration is written');
    });
    this.world.queue.after(5000, again);
  }
}
