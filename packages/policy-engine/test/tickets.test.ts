import type { Clone, ClusterInformation, Resource, TicketConstraint } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { computeTransition } from '../src/index.ts';
import { attributes, cluster, operation, primitive, started } from './small-cluster.ts';

const ticket = (more: Partial<TicketConstraint>): TicketConstraint => ({
  kind: 'ticket',
  id: 't',
  ticket: 'T',
  resource: 'a',
  sets: [],
  ...more,
});

const { provider: _none, ...device } = primitive('fence', {}, { class: 'stonith', type: 'fence_test' });

/** Something runs on n1 and depends on a ticket in this state. */
function input(
  constraint: TicketConstraint,
  state: { granted: string; standby?: string },
  resource: Resource = primitive('a'),
): ClusterInformation {
  const promoted = resource.kind === 'clone' ? [operation('a', 'promote', 3)] : [];
  const node = {
    name: 'n1',
    attributes: { 'master-a': '10' },
    histories: { a: [...started('a'), ...promoted] },
  };
  const known = cluster({
    nodes: [node],
    resources: [device, resource],
    constraints: [constraint],
    options: { 'fencing-enabled': 'true' },
  });
  return { ...known, status: { ...known.status, tickets: [{ id: 'T', ...state }] } };
}

const LOST = { granted: 'false' };
const decisions = (...given: Parameters<typeof input>): string[] =>
  computeTransition(input(...given))
    .decisions.map(({ verb, subject }) => `${verb} ${subject}`)
    .filter((each) => !each.endsWith(' fence'));

describe('a ticket that is lost', () => {
  test('stops by default, and with loss-policy=stop', () => {
    expect(decisions(ticket({}), LOST)).toEqual(['Stop a']);
    expect(decisions(ticket({ lossPolicy: 'stop' }), LOST)).toEqual(['Stop a']);
    expect(decisions(ticket({}), { granted: 'true' })).toEqual([]);
  });

  test('leaves what runs alone with loss-policy=freeze', () => {
    expect(decisions(ticket({ lossPolicy: 'freeze' }), LOST)).toEqual([]);
  });

  test('fences the node with loss-policy=fence', () => {
    expect(decisions(ticket({ lossPolicy: 'fence' }), LOST)).toEqual(['Fence (reboot) n1', 'Stop a']);
  });

  test('demotes by default if it is for the promoted role, or with loss-policy=demote', () => {
    const clone: Clone = {
      kind: 'clone',
      id: 'c',
      meta: attributes({ promotable: 'true' }),
      params: [],
      child: primitive('a'),
    };
    const promotedOnly = { resource: 'c', role: 'Promoted' };
    expect(decisions(ticket(promotedOnly), LOST, clone)).toEqual(['Demote a:0']);
    expect(decisions(ticket({ ...promotedOnly, lossPolicy: 'demote' }), LOST, clone)).toEqual(['Demote a:0']);
    expect(decisions(ticket({ ...promotedOnly, lossPolicy: 'stop' }), LOST, clone)).toEqual(['Stop a:0']);
    expect(decisions(ticket(promotedOnly), { granted: 'true' }, clone)).toEqual([]);
  });
});

test('a ticket in standby takes down what depends on it', () => {
  expect(decisions(ticket({}), { granted: 'true', standby: 'true' })).toEqual(['Stop a']);
});
