import { seededRandom } from '../src/random.ts';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

export interface ChaosResult {
  readonly problems: readonly string[];
  readonly starts: number;
  readonly steps: number;
  readonly world: SmallWorld;
}

/** One seeded run of faults against a small cluster, then peace, then judgement. */
export function chaos(seed: number, size = 3, forMs = 60_000): ChaosResult {
  const random = seededRandom(seed);
  const world = new SmallWorld();
  const names = Array.from({ length: size }, (_, index) => `n${index + 1}`);
  const services = ['web', 'db'];
  const problems: string[] = [];
  world.random = random;
  world.rebootMs = 3000;
  bootCluster(world, names);
  const change = world.configure('n1', { resources: [fenceDevice(), ...services.map(primitive)] });
  world.run(5000, () => world.answers.has(change) && services.every((id) => world.where(id).length === 1));
  world.onActive = (service) => {
    const where = world.where(service);
    if (where.length > 1) problems.push(`S1 at ${world.nowMs}: ${service} on ${where.join(' and ')}`);
  };
  const pick = () => names[Math.floor(random() * names.length)] ?? 'n1';
  const endMs = world.nowMs + forMs;
  try {
    while (world.nowMs < endMs) {
      inject(world, random, pick, names);
      world.run(100 + random() * 3000);
      checkHashes(world, names, problems);
    }
    heal(world, names);
    world.run(60_000);
  } catch (error) {
    problems.push(`threw at ${world.nowMs}: ${error instanceof Error ? error.stack : String(error)}`);
    return { problems, starts: countStarts(world), steps: world.steps, world };
  }
  checkHashes(world, names, problems);
  for (const service of services) {
    if (world.where(service).length !== 1) problems.push(`L1: ${service} runs on [${world.where(service)}]`);
  }
  return { problems, starts: countStarts(world), steps: world.steps, world };
}

function inject(world: SmallWorld, random: () => number, pick: () => string, names: readonly string[]): void {
  const name = pick();
  const host = world.host(name);
  const dice = Math.floor(random() * 12);
  world.trail.push(`${world.nowMs} fault ${dice} ${name}`);
  if (dice === 0 && host.node) {
    world.kill(name, true);
    world.after(2000 + random() * 5000, () => host.node ?? world.boot(name));
  } else if (dice === 1 && host.node) {
    world.kill(name, false);
    world.after(500 + random() * 4000, () => host.node ?? world.boot(name));
  } else if (dice === 2) world.isolate(name);
  else if (dice === 3) world.cut(name, pick());
  else if (dice === 4) world.cuts.add(`${name}>${pick()}`);
  else if (dice === 5 && host.node) {
    world.pause(name);
    world.after(300 + random() * 6000, () => world.resume(name));
  } else if (dice === 6) world.faults.set(`${name} start web`, 1);
  else if (dice === 7) world.faults.set(`${name} stop db`, 1);
  else if (dice === 8) host.active.delete(random() < 0.5 ? 'web' : 'db');
  else if (dice === 9) world.fenceWorks = !world.fenceWorks;
  else if (dice === 10) world.loss = random() < 0.5 ? 0.1 : 0;
  else {
    world.cuts.clear();
    world.faults.clear();
    for (const each of names) world.resume(each);
  }
}

function heal(world: SmallWorld, names: readonly string[]): void {
  world.trail.push(`${world.nowMs} healed`);
  world.cuts.clear();
  world.faults.clear();
  world.loss = 0;
  world.fenceWorks = true;
  for (const name of names) {
    world.resume(name);
    if (!world.host(name).node) world.boot(name);
  }
  for (const name of names) world.request(name, { kind: 'cleanup', origin: 'test' });
  world.after(20_000, () => {
    for (const name of names) {
      if (!world.host(name).node) world.boot(name);
      world.request(name, { kind: 'cleanup', origin: 'test' });
    }
  });
}

function checkHashes(world: SmallWorld, names: readonly string[], problems: string[]): void {
  const seen = new Map<number, string>();
  const leaders = new Map<number, string>();
  for (const name of names) {
    const view = world.host(name).node?.inspect();
    if (!view || view.stateHash === '') continue;
    const known = seen.get(view.appliedIndex);
    if (known !== undefined && known !== view.stateHash) problems.push(`S5 at index ${view.appliedIndex}`);
    seen.set(view.appliedIndex, view.stateHash);
    if (view.role === 'leader') {
      if (leaders.has(view.term)) problems.push(`S6: two leaders in term ${view.term}`);
      leaders.set(view.term, name);
    }
  }
}

function countStarts(world: SmallWorld): number {
  return world.trail.filter((line) => / start /.test(line)).length;
}
