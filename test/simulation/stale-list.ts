import type { Envelope } from '@holdfast/protocol';
import { Scenario } from '@holdfast/simulator';
import { computePolicy } from './compute-policy.ts';

/** What a run of the script came to. */
export interface StaleList {
  readonly findings: readonly string[];
  /** Whether the member that was left behind has fenced the other one. */
  readonly hasFenced: boolean;
}

/** Whether a frame carries entries of the log, or a part of what stands for them. */
function carriesEntries(frame: unknown): boolean {
  const { parts } = (frame as { readonly content: Envelope }).content;
  const types = ['append', 'snapshot-part'];
  return parts.some(
    ({ kind, ...part }) =>
      kind === 'consensus' && types.includes((part as { body: { readonly type: string } }).body.type),
  );
}

/**
 * Of two voters one loses its power. The other one proves that, goes on alone and writes (rule 9). Then the first one
 * is back: heartbeats and leases reach it, entries of the log do not, so that by its own list there are still two
 * voters. At last the one that leads falls silent, and all it has committed is on its own disk. It must not be fenced
 * by the other one, whose present life has not caught up (rule 6).
 */
export function fallSilentBeforeStaleList(seed: number): StaleList {
  const design = { shape: 'pair', fencing: true, linkCount: 1 } as const;
  const run = new Scenario({ seed, computePolicy, design });
  const { world } = run;
  const { network } = world;
  const [first = '', second = ''] = world.design.hostNames;
  const leader = world.host(first).node?.inspect().role === 'leader' ? first : second;
  const behind = leader === first ? second : first;
  const send = network.send.bind(network);
  network.send = (from, to, link, frame) => {
    if (to !== behind || !carriesEntries(frame)) send(from, to, link, frame);
  };
  world.powerOff(behind, 'as the script wants it');
  run.run(30_000, () => world.host(leader).node?.inspect().voters.length === 1);
  for (let write = 0; write < 10; write++) {
    const attribute = { kind: 'attribute', node: leader, name: `x${write}`, value: '1' } as const;
    world.request(leader, { ...attribute, lifetime: 'forever', origin: 'test' }, () => undefined);
    run.run(300);
  }
  run.run(60_000, () => world.host(behind).node?.inspect().leader === leader);
  run.run(3000);
  const fencedBefore = world.fencing.executed;
  world.observeQuorum();
  world.host(leader).pause();
  run.run(30_000);
  world.host(leader).resume();
  run.run(20_000);
  return {
    findings: world.checkers.findings.map(({ checker }) => checker),
    hasFenced: world.fencing.executed > fencedBefore,
  };
}
