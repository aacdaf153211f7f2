import { describe, expect, test } from 'vitest';
import { AuthorityLease } from '../src/authority/authority-lease.ts';
import { LeaseDesk, leaseBaseMs } from '../src/authority/lease-desk.ts';
import { deriveTiming } from '../src/timing.ts';
import { bootCluster, fenceDevice, primitive } from './small-cluster.ts';
import { SmallWorld } from './small-world.ts';

describe('rule 5: the authority lease', () => {
  test('counts from the send time of what the leader heard, never from when the answer came', () => {
    const desk = new LeaseDesk();
    // Sent at 100 by the member's clock, heard at 5000 by the leader's, which had a majority 30 ms before that.
    desk.note('n2', { kind: 'leaseAsk', incarnation: 1, sentAtMs: 100 }, 5000);
    const grant = desk.grant('n2', 3, 4970);
    expect(grant && leaseBaseMs(grant)).toBe(70);
    const lease = new AuthorityLease(800);
    lease.extend(70);
    expect(lease.holds(869)).toBe(true);
    expect(lease.holds(870)).toBe(false);
  });

  test('a majority that answered later than the ask gives no more than the ask itself', () => {
    expect(leaseBaseMs({ kind: 'lease', term: 1, incarnation: 1, sentAtMs: 100, quorumOffsetMs: 50 })).toBe(
      100,
    );
  });

  test('late and repeated grants never shorten or renew it', () => {
    const lease = new AuthorityLease(800);
    expect(lease.extend(500)).toBe(true);
    expect(lease.extend(400)).toBe(false);
    expect(lease.untilMs).toBe(1300);
  });

  test('a leader without a majority grants nothing', () => {
    const desk = new LeaseDesk();
    desk.note('n2', { kind: 'leaseAsk', incarnation: 1, sentAtMs: 100 }, 5000);
    expect(desk.grant('n2', 3, undefined)).toBeUndefined();
    expect(desk.grant('n3', 3, 5000)).toBeUndefined();
  });

  test('it ends before anybody may call the member lost or elect another leader', () => {
    const options = { heartbeatIntervalMs: 200, detectionTimeoutMs: 1000 };
    const { leaseMs, detectionMs } = deriveTiming(options as Parameters<typeof deriveTiming>[0]);
    expect(leaseMs).toBeLessThan(detectionMs);
  });

  // Found by simulation: a grant for the life before, whose clock was far ahead, held for minutes after a cut.
  test('a grant that was meant for an earlier life of the member is void', () => {
    const world = new SmallWorld();
    const names = ['n1', 'n2', 'n3'];
    bootCluster(world, names);
    world.kill('n3', false);
    world.boot('n3');
    expect(world.run(20_000, () => world.host('n3').node?.inspect().authority === true)).toBe(true);
    const leader = world.leader()?.name ?? '';
    const { term = 0, incarnation = 0 } = world.host(leader).node?.inspect() ?? {};
    const life = `${leader}-life-${world.host(leader).life}`;
    const late = { kind: 'lease', term, incarnation: 1, sentAtMs: 900_000, quorumOffsetMs: 0 } as const;
    const message = { cluster: 'cccccccc-0000-4000-8000-000000000001', incarnation, life, parts: [late] };
    world.feed(world.host('n3'), { kind: 'message', from: leader, link: 0, message });
    world.isolate('n3');
    world.run(2000);
    expect(world.host('n3').node?.inspect().authority).toBe(false);
  });

  test('a member cut off has no authority before the others have a new leader', () => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    world.configure('n1', { resources: [fenceDevice(), primitive('web')] });
    world.run(5000);
    world.fenceWorks = false;
    const leader = world.leader()?.name ?? '';
    world.isolate(leader);
    const others = ['n1', 'n2', 'n3'].filter((name) => name !== leader);
    const elected = () => others.some((name) => world.host(name).node?.inspect().role === 'leader');
    expect(world.run(3000, elected)).toBe(true);
    expect(world.host(leader).node?.inspect().authority).toBe(false);
  });
});

describe('rule 15: the losing side ends', () => {
  const isolated = (policy: string) => {
    const world = new SmallWorld();
    bootCluster(world, ['n1', 'n2', 'n3']);
    const pairs = [{ id: 'nqp', name: 'no-quorum-policy', value: policy }];
    const options = [{ id: 'cib-bootstrap-options', rules: [], pairs }];
    world.configure('n1', { resources: [fenceDevice(), primitive('a'), primitive('b')], options });
    world.run(5000, () => world.where('a').length + world.where('b').length === 2);
    world.run(2000);
    world.fenceWorks = false;
    expect([world.where('a').length, world.where('b').length]).toEqual([1, 1]);
    for (const name of ['n1', 'n2', 'n3']) world.isolate(name);
    world.run(8000);
    return world;
  };

  test('without a majority anywhere exclusive resources stop', () => {
    const world = isolated('stop');
    expect([...world.where('a'), ...world.where('b')]).toEqual([]);
  });

  test('no-quorum-policy=freeze leaves them running and starts nothing', () => {
    const world = isolated('freeze');
    expect([world.where('a').length, world.where('b').length]).toEqual([1, 1]);
  });
});
