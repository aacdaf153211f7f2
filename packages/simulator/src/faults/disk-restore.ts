import type { StoredState } from '@holdfast/ports';
import type { World } from '../world/world.ts';

/** From the end of the daemon to its start with the old disk: until then what it had promised is on the others' disks. */
const SPREAD_MS = 1500;
const LOOK_MS = 1000;

/** What a restore asks of its surroundings. */
export interface RestoreHooks {
  /** Whether a store may be lost now, so that a majority is left that can let the member join anew. */
  readonly mayStrike: () => boolean;
  /** From the end of the daemon until the member is a member again no other store may be lost. */
  readonly struck: (since: boolean) => void;
  /** The member has ended because its store is outdated: its operator gives it a new one. */
  readonly outdated: () => void;
}

/**
 * Rule 16: a member's disk goes back to a copy that was made some time before, in this life of the member or an earlier
 * one. Struck only where every other voter is up and has on disk what the member has promised: where nobody who is
 * present knows of a promise, no protocol can tell that it was forgotten, so nothing is claimed there.
 */
export class DiskRestore {
  private readonly world: World;
  private readonly name: string;

  constructor(world: World, name: string) {
    this.world = world;
    this.name = name;
  }

  start(ageMs: number, hooks: RestoreHooks): void {
    const { world, name } = this;
    const host = world.host(name);
    const { peerId } = host;
    // An empty disk is another matter (see `replaceDisk`), and so is one of a time when this member had all the votes: it
    // needs nobody who could tell it better.
    if ((host.node?.inspect().voters.length ?? 0) < 2) return;
    const copy = host.disk.load();
    const { admitted } = host;
    world.queue.after(ageMs, () => {
      // What it promises is known to the disk only: while a promise is on its way there, it is another time.
      const pledge = host.node?.inspect().pledge;
      if (!pledge || host.paused || host.peerId !== peerId || !hooks.mayStrike()) return;
      world.observeQuorum();
      const { incarnation } = host.node?.inspect() ?? { incarnation: 0 };
      hooks.struck(true);
      host.endDaemon('killed', false);
      world.queue.after(SPREAD_MS, () => {
        const isKnown = this.isKnown(incarnation, pledge) && this.knowsAnyone(admitted);
        if (isKnown && !host.node && host.peerId === peerId) this.restore(copy);
        world.startDaemon(name);
        this.watch(hooks);
      });
    });
  }

  private restore(copy: StoredState): void {
    const { world, name } = this;
    const host = world.host(name);
    world.note(`${name}: an old copy of the store is restored`);
    host.disk.restore(copy);
    // Its own past does not bind it any more; what the others know of it does.
    world.checkers.log.wiped(name);
  }

  /** Every other voter is up, and has on disk the life that ended and all that it had promised. */
  private isKnown(incarnation: number, pledge: { readonly term: number; readonly index: number }): boolean {
    const { world, name } = this;
    for (const [other, { voter }] of world.design.roles) {
      if (!voter || other === name) continue;
      const known = world.host(other).node?.inspect().remembered.get(name);
      if (known?.incarnation !== incarnation || known.peerId !== world.host(name).peerId) return false;
      const { term = 0, index = 0 } = known.pledge ?? {};
      if (term < pledge.term || (term === pledge.term && index < pledge.index)) return false;
    }
    return true;
  }

  /** Another voter is a machine that the member knew then: with others it would not speak, nor they with it. */
  private knowsAnyone(admitted: ReadonlySet<string>): boolean {
    const { world, name } = this;
    return [...world.design.roles].some(
      ([other, { voter }]) => voter && other !== name && admitted.has(world.host(other).peerId),
    );
  }

  private watch(hooks: RestoreHooks): void {
    const { world, name } = this;
    world.queue.after(LOOK_MS, () => {
      const isBack = world.host(name).node?.inspect().authority === true;
      const isOutdated = world.isOutdated(name);
      if (isOutdated) hooks.outdated();
      if (isOutdated || isBack) hooks.struck(false);
      else this.watch(hooks);
    });
  }
}
