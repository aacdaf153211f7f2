import type { StatusReport } from '@holdfast/client';
import { describe, expect, test } from 'vitest';
import { fillTemplate } from '../src/dev/dev-cluster.ts';
import { layOutMembers } from '../src/dev/dev-layout.ts';
import { findReturnedCopies, type PollSample } from '../src/dev/service-poller.ts';
import { statusLines } from '../src/dev/status-line.ts';
import { TimelineRecorder } from '../src/dev/timeline.ts';

describe('layout of a development cluster', () => {
  test('gives each member its own addresses, folder and mark', () => {
    const members = layOutMembers({ directory: '/tmp/x', nodes: 2, subnet: 10, links: 2 });
    expect(members.map((member) => member.addresses)).toEqual([
      ['127.0.10.1:7420', '127.0.11.1:7420'],
      ['127.0.10.2:7420', '127.0.11.2:7420'],
    ]);
    expect(members[0]!.marker).toMatch(/^[0-9a-f]{8}\/n1$/);
    expect(members[0]!.socket).toBe('/tmp/x/n1/holdfast.sock');
  });

  test('keeps sockets within the length the system allows, also in deep folders', () => {
    const [member] = layOutMembers({ directory: `/tmp/${'deep/'.repeat(30)}`, nodes: 1, subnet: 10 });
    expect(Buffer.byteLength(member!.socket)).toBeLessThanOrEqual(107);
    expect(member!.pidFile.replace('holdfastd.pid', 'holdfast.sock')).toBe(member!.socket);
  });
});

test('names in braces are filled in, except in comments and where there is no value', () => {
  const text = '# {data} is a folder\nprimitive a params x="{data}" y="{other}"';
  expect(fillTemplate(text, { data: '/d' })).toBe(
    '# {data} is a folder\nprimitive a params x="/d" y="{other}"',
  );
});

describe('the outside client', () => {
  const sample = (copy: string | null): PollSample => ({
    atMs: 0,
    identity: copy === null ? null : { node: copy[0]!, startId: copy },
  });

  test('sees nothing wrong in a hand-over, a gap or a restart', () => {
    expect(findReturnedCopies(['a1', 'a1', null, 'b1', 'b2', null, 'a2'].map(sample))).toEqual([]);
  });

  test('names a copy that answers after another one had taken over', () => {
    expect(findReturnedCopies(['a1', 'b1', 'a1', 'b1'].map(sample))).toEqual(['a a1', 'b b1']);
  });
});

function statusOf(node: string, web: { role: string; nodes: string[] }, fencing: object = {}): StatusReport {
  return {
    quorate: true,
    leader: 'n2',
    nodes: [
      { name: 'n1', state: node },
      { name: 'n2', state: 'online' },
    ],
    resources: [{ id: 'web', failed: false, blocked: false, ...web }],
    fencing: { pending: [], history: [], ...fencing },
    warnings: [],
  } as unknown as StatusReport;
}

test('the timeline marks each step once, in the order of a failover', () => {
  const options = { victim: 'n1', resource: 'web', faultMs: performance.now(), faultWallMs: 1000 };
  const recorder = new TimelineRecorder(options);
  const here = { role: 'Started', nodes: ['n1'] };
  const there = { role: 'Started', nodes: ['n2'] };
  const old = { history: [{ target: 'n1', atMs: 999, state: 'done' }] };
  const proof = { history: [{ target: 'n1', atMs: 1001, state: 'done' }] };
  recorder.see(statusOf('online', here, old));
  expect(recorder.timeline).toEqual({});
  recorder.see(
    statusOf('unclean', { role: 'Stopped', nodes: [] }, { pending: [{ target: 'n1', atMs: 1001 }] }),
  );
  recorder.see(statusOf('fenced', { role: 'Starting', nodes: ['n2'] }, proof));
  expect(Object.keys(recorder.timeline)).toEqual(['detected', 'fencingAsked', 'fencingProven', 'starting']);
  recorder.see(statusOf('fenced', there, proof));
  recorder.see(statusOf('online', there, proof));
  expect(Object.keys(recorder.timeline).slice(4)).toEqual(['started', 'rejoined']);
});

test('the status in a few lines names what does not run', () => {
  expect(statusLines(statusOf('unclean', { role: 'Stopped', nodes: [] }))).toEqual([
    'quorate | n1 unclean | n2 online, leader',
    '  nowhere: web Stopped',
  ]);
});
