import type { ClusterInformation } from '@holdfast/model';
import type { PolicyAnswer } from '@holdfast/node';
import { Bootstrap } from './workload/bootstrap.ts';
import { drawClusterDesign, type FixedDesign } from './workload/cluster-design.ts';
import { type Extras, NO_EXTRAS, withExtras } from './workload/extras.ts';
import { SeededRandom } from './world/random.ts';
import { World } from './world/world.ts';

/** How a scripted run begins. */
export interface ScenarioOptions {
  readonly seed: number;
  readonly computePolicy: (input: ClusterInformation) => PolicyAnswer;
  /** What of the cluster is not drawn from the seed. */
  readonly design: FixedDesign;
  /** What a wide world has beside the plain one. Default: nothing. */
  readonly extras?: Extras;
  /** Lines of story kept. Default 0. */
  readonly traceLines?: number;
}

/** One seed's cluster, up and at rest, for a script that disturbs it in one particular way. */
export class Scenario {
  readonly world: World;

  /** @throws Error when the cluster does not come up */
  constructor(options: ScenarioOptions) {
    const random = new SeededRandom(options.seed);
    const { extras = NO_EXTRAS } = options;
    this.world = new World({
      random: random.fork(),
      design: withExtras(drawClusterDesign(random.fork(), options.design), extras),
      computePolicy: options.computePolicy,
      codec: false,
      traceLines: options.traceLines ?? 0,
      extras,
    });
    const bootstrap = new Bootstrap(this.world);
    bootstrap.start();
    this.run(60_000, () => bootstrap.done);
    if (!bootstrap.done) throw new Error('the cluster did not come up in a minute');
    this.run(20_000);
  }

  get nowMs(): number {
    return this.world.queue.nowMs;
  }

  /** Lets time pass, until a checker fires or the script has seen enough. */
  run(forMs: number, enough: () => boolean = () => false): void {
    const { queue, checkers } = this.world;
    queue.runUntil(queue.nowMs + forMs, () => checkers.findings.length > 0 || enough());
  }

  /** Loss of messages on all links, by direction. */
  lose(probability: (from: string, to: string) => number): void {
    const { design, network } = this.world;
    for (const from of design.hostNames) {
      for (const to of design.hostNames) {
        if (from === to) continue;
        for (const link of this.world.linkNumbers())
          network.quality(from, to, link).loss = probability(from, to);
      }
    }
  }

  /** A host that gets the processor for `runMs` out of each `everyMs` only, until `untilMs`. */
  starve(
    name: string,
    times: { readonly runMs: number; readonly everyMs: number; readonly untilMs: number },
  ): void {
    const { queue } = this.world;
    const host = this.world.host(name);
    host.starved = queue.nowMs < times.untilMs;
    if (!host.starved) return;
    this.world.observeQuorum();
    host.pause();
    queue.after(times.everyMs - times.runMs, () => {
      host.resume();
      queue.after(times.runMs, () => this.starve(name, times));
    });
  }
}
