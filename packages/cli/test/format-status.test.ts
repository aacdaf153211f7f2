import type { StatusReport } from '@holdfast/client';
import { expect, test } from 'vitest';
import { formatAge, formatStatus } from '../src/status/format-status.ts';
import { paint } from '../src/status/paint.ts';

const node = { peerId: 'p', voter: true, witness: false, incarnation: 1, standby: false, maintenance: false };
const resource = { managed: true, disabled: false, failed: false, blocked: false, reason: null };
const STATUS: StatusReport = {
  cluster: { name: 'shop', uuid: 'u-1' },
  answeredBy: 'n2',
  leader: 'n1',
  term: 4,
  quorate: true,
  votes: { total: 3, present: 2, needed: 2 },
  appliedIndex: 9,
  ageMs: 100,
  nodes: [
    { ...node, name: 'n1', state: 'online', links: [{ link: 1, up: false, lastHeardMs: null }] },
    { ...node, name: 'n2', state: 'online', standby: true, links: [] },
    { ...node, name: 'n3', state: 'unclean', witness: true, links: [] },
  ],
  resources: [
    { ...resource, id: 'ip', parents: ['site'], agent: 'ocf:holdfast:vip', role: 'Started', nodes: ['n1'] },
    {
      ...resource,
      id: 'web',
      parents: ['site'],
      agent: 'ocf:holdfast:service',
      role: 'Stopped',
      nodes: [],
      failed: true,
      blocked: true,
      reason: 'n3 is lost and not yet fenced',
    },
    { ...resource, id: 'db', parents: [], agent: 'systemd:db', role: 'Stopped', nodes: [], disabled: true },
  ],
  fencing: {
    configured: true,
    unsafe: false,
    pending: [
      {
        target: 'n3',
        targetIncarnation: 2,
        action: 'reboot',
        device: null,
        state: 'pending',
        requestedBy: 'n1',
        reason: 'member lost',
        atMs: 60_000,
      },
    ],
    history: [],
  },
  failures: [
    {
      resource: 'web',
      node: 'n1',
      operation: 'start',
      rcCode: 1,
      exitReason: 'no disk',
      failCount: 2,
      atMs: 50_000,
    },
  ],
  transition: { id: '4.7', state: 'blocked', pending: 3, done: 1 },
  warnings: ['n3 is lost'],
};

test('a status says what runs, what does not and why, quorum and fencing', () => {
  const text = formatStatus(STATUS, { paint: paint(false), nowMs: 65_000 }).join('\n');
  expect(text).toMatchInlineSnapshot(`
    "Cluster Summary:
      * Cluster: shop u-1
      * Leader: n1 (term 4) - partition with quorum (2 of 3 votes, 2 needed)
      * Answered by n2, current
      * 3 nodes configured
      * 3 resource instances configured, 1 running (1 DISABLED, 1 BLOCKED)
      * Transition 4.7: blocked, 1 done, 3 to do

    Node List:
      * Node n1: online (leader, link 1 down)
      * Node n2: online (standby)
      * Node n3: UNCLEAN (offline) (witness)

    Full List of Resources:
      * site:
        * ip	(ocf:holdfast:vip):	 Started n1
        * web	(ocf:holdfast:service):	 FAILED Stopped (blocked)
            because n3 is lost and not yet fenced
      * db	(systemd:db):	 Stopped (disabled)

    Failed Resource Actions:
      * web start on n1 returned 1 (no disk) 15 s ago, failed 2 times

    Fencing:
      * State: configured
      * reboot of n3 pending for n1 5 s ago: member lost

    Warnings:
      ! n3 is lost"
  `);
});

test('a member without a report of its leader does not claim to know what runs', () => {
  const early: StatusReport = { ...STATUS, resources: [], ageMs: null };
  const text = formatStatus(early, { paint: paint(false), nowMs: 65_000 }).join('\n');
  expect(text).toContain('* not known: n2 has heard nothing from a leader of term 4 yet');
  expect(text).not.toMatch(/No resources|resource instance/);
});

test('colours do not change the text', () => {
  const options = { nowMs: 65_000 };
  const plain = formatStatus(STATUS, { ...options, paint: paint(false) }).join('\n');
  const coloured = formatStatus(STATUS, { ...options, paint: paint(true) }).join('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  expect(coloured).not.toBe(plain);
});

test('ages are told in the largest fitting unit', () => {
  expect([1000, 119_000, 600_000, 10_800_000, 864_000_000].map(formatAge)).toEqual([
    '1 s',
    '119 s',
    '10 min',
    '3 h',
    '10 days',
  ]);
});

test('a member that is not heard by the one asked, which has no leader, is not called online', () => {
  const nodes = [{ ...STATUS.nodes[0]!, state: 'unknown' as const }];
  const lines = formatStatus({ ...STATUS, nodes }, { paint: paint(false), nowMs: 0 }).join('\n');
  expect(lines).toContain('Node n1: UNKNOWN (not heard from here)');
});
