import { changeToJson } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { bootCluster, fenceDevice, joinMember, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

const NAMES = ['n1', 'n2', 'n3'];

function running(names = NAMES): SmallWorld {
  const world = new SmallWorld();
  bootCluster(world, names);
  world.configure('n1', { resources: [fenceDevice(), primitive('web')] });
  world.run(5000, () => world.where('web').length === 1);
  world.run(1000);
  return world;
}

describe('members come and go', () => {
  test('rule 13: stopping everything keeps the voter list, and the cluster comes back by itself', () => {
    const world = running();
    const request = world.request('n2', { kind: 'stopAll', origin: 'test' });
    expect(world.run(20_000, () => NAMES.every((name) => world.host(name).node === null))).toBe(true);
    expect(world.answers.get(request)?.ok).toBe(true);
    expect(world.where('web')).toEqual([]);
    expect(NAMES.map((name) => world.host(name).exit?.clean)).toEqual([true, true, true]);
    for (const name of NAMES) world.boot(name);
    expect(world.run(10_000, () => world.where('web').length === 1)).toBe(true);
    expect(world.host('n1').node?.inspect().voters).toEqual(NAMES);
  });

  test('a node that is only configured is neither fenced nor waited for, and the status names it', () => {
    const world = new SmallWorld();
    bootCluster(world, NAMES);
    const stranger = { id: '9', name: 'n9', attributes: [], utilization: [] };
    world.configure('n1', { nodes: [stranger], resources: [fenceDevice(), primitive('web')] });
    expect(world.run(5000, () => world.where('web').length === 1)).toBe(true);
    const request = world.request('n1', { kind: 'status' });
    world.run(1000);
    const answer = world.answers.get(request);
    expect(answer).toMatchObject({
      ok: true,
      value: {
        fencing: { pending: [], history: [] },
        warnings: ['n9 is configured as a node but has never joined: let it join, or delete it.'],
      },
    });
  });

  test('a member that left comes back with its vote', () => {
    const world = running();
    world.request('n3', { kind: 'leave', timeoutMs: 20_000 });
    expect(world.run(20_000, () => world.host('n3').node === null)).toBe(true);
    expect(world.host('n1').node?.inspect().voters).toEqual(['n1', 'n2']);
    world.boot('n3');
    expect(world.run(10_000, () => world.host('n3').node?.inspect().voters.length === 3)).toBe(true);
    expect(world.run(5000, () => world.host('n3').node?.inspect().authority === true)).toBe(true);
  });

  test('a joiner that comes after the log was compacted gets the snapshot', () => {
    const world = running();
    const entity = (text: string) => {
      const pairs = [{ id: 'cn', name: 'cluster-name', value: text }];
      return { kind: 'options' as const, value: { id: 'extra', rules: [], pairs } };
    };
    for (let count = 0; count < 5600; count++) {
      const change = changeToJson({ operations: [{ kind: 'put', entity: entity(`v${count}`) }] });
      const request = world.request('n1', { kind: 'change', change, origin: 'test' });
      if (count % 50 === 0) world.run(100, () => world.answers.has(request));
    }
    world.run(2000);
    expect(world.host('n1').records.has('consensus/snapshot')).toBe(true);
    expect(world.host('n1').entries.length).toBeLessThan(5000);
    joinMember(world, 'n1', 'n4', [...NAMES, 'n4']);
    expect(world.run(5000, () => world.host('n4').node?.inspect().voters.length === 4)).toBe(true);
    world.run(500);
    const views = ['n1', 'n4'].map((name) => world.host(name).node?.inspect());
    expect(views[1]?.stateHash).toBe(views[0]?.stateHash);
    world.kill('n1', true);
    world.boot('n1');
    expect(world.run(20_000, () => world.host('n1').node?.inspect().authority === true)).toBe(true);
  });

  test('rule 16: a machine with a new disk joins again under its name, as a new identity', () => {
    const world = running();
    world.kill('n3', true);
    world.run(3000);
    world.kill('n3', true);
    world.hosts.delete('n3');
    joinMember(world, 'n1', 'n3', NAMES, 'peer-n3-new');
    const isBack = () => world.host('n3').node?.inspect().authority === true;
    expect(world.run(5000, isBack)).toBe(false);
    // It has learnt that lives of this name came before its own, and starts again above them.
    expect(world.host('n3').exit?.reason).toContain('start again');
    world.boot('n3', 'peer-n3-new');
    expect(world.run(10_000, isBack)).toBe(true);
  });

  // The others went on waiting for lives newer than the old machine's last, and never listened. Found by simulation.
  test('rule 16: the new machine is heard although the old one had many lives', () => {
    const world = running();
    for (let life = 0; life < 4; life++) {
      world.kill('n3', false);
      world.boot('n3');
      world.run(10_000, () => world.host('n3').node?.inspect().authority === true);
    }
    world.kill('n3', true);
    world.run(3000);
    world.kill('n3', true);
    world.hosts.delete('n3');
    joinMember(world, 'n1', 'n3', NAMES, 'peer-n3-new');
    expect(world.run(10_000, () => world.host('n3').exit !== undefined)).toBe(true);
    world.boot('n3', 'peer-n3-new');
    const isBack = () => world.host('n3').node?.inspect().authority === true;
    expect(world.run(10_000, isBack)).toBe(true);
  });
});
