import { type Configuration, EMPTY_CONFIGURATION, type FencingLevel, type Primitive } from '@holdfast/model';
import { describe, expect, test } from 'vitest';
import { breaksTie, FenceDesk, type FenceOrder, fenceDevices, readHostMap } from '../src/index.ts';

function device(id: string, params: Record<string, string> = {}, type = 'fence_ipmilan'): Primitive {
  const pairs = Object.entries(params).map(([name, value]) => ({ name, value }));
  const block = { rules: [], pairs };
  return {
    kind: 'primitive',
    id,
    class: 'stonith',
    type,
    meta: [],
    params: [block],
    utilization: [],
    operations: [],
  };
}

function desk(resources: Primitive[], levels: FencingLevel[] = []): FenceDesk {
  const configuration: Configuration = { ...EMPTY_CONFIGURATION, resources };
  const made = new FenceDesk({ random: () => 0.5 });
  made.configure(fenceDevices(configuration), levels);
  return made;
}

const order = (target = 'n2', action: FenceOrder['action'] = 'reboot'): FenceOrder => ({
  id: `fence-${target}`,
  target,
  targetIncarnation: 3,
  action,
  delayMs: 0,
  requestedBy: 'n1',
  reason: 'lost',
});
const none = new Map<string, string>();
const shown = (desk: FenceDesk, nowMs: number) =>
  desk
    .takeAttempts(nowMs)
    .map((each) => `${each.attemptId} ${each.device.id} ${each.agentAction} ${each.targetName}`);

describe('fencing', () => {
  test('a device that confirms gives proof', () => {
    const made = desk([device('ipmi')]);
    expect(made.request(order(), none, 0)).toBe(true);
    expect(shown(made, 0)).toEqual(['1 ipmi reboot n2']);
    made.answer(1, true, '', 10);
    expect(made.takeOutcomes()).toMatchObject([{ ok: true, method: 'reset', device: 'ipmi' }]);
  });

  test('an agent is asked first for a target that no host list or map names', () => {
    const check = (params: Record<string, string>) => {
      const made = desk([device('a', params)]);
      made.request(order(), none, 0);
      return made.takeAttempts(0)[0]?.targetCheck;
    };
    expect(check({})).toBe('list');
    expect(check({ pcmk_host_list: 'n1 n2' })).toBeUndefined();
    expect(check({ pcmk_host_map: 'n2:7' })).toBeUndefined();
    expect(check({ pcmk_host_map: 'n1:7', pcmk_host_check: 'dynamic-list' })).toBe('list');
    expect(check({ pcmk_host_check: 'status' })).toBe('status');
    expect(check({ pcmk_host_check: 'none' })).toBeUndefined();
  });

  test('devices may share parameters by reference', () => {
    const login = { id: 'login', rules: [], pairs: [{ name: 'username', value: 'admin' }] };
    const first: Primitive = { ...device('a'), params: [login] };
    const second: Primitive = { ...device('b'), params: [{ idRef: 'login', rules: [], pairs: [] }] };
    const devices = fenceDevices({ ...EMPTY_CONFIGURATION, resources: [first, second] });
    expect(devices.map(({ parameters }) => parameters)).toEqual([
      { username: 'admin' },
      { username: 'admin' },
    ]);
  });

  test('rule 8: failure and silence are no proof, retries first, then the next level', () => {
    const made = desk([device('a', { pcmk_reboot_retries: '2', pcmk_reboot_timeout: '5s' }), device('b')]);
    made.request(order(), none, 0);
    expect(shown(made, 0)).toEqual(['1 a reboot n2']);
    made.answer(1, false, 'refused', 1);
    expect(shown(made, 1)).toEqual(['2 a reboot n2']);
    expect(made.nextDeadlineMs()).toBe(7001);
    made.tick(7001);
    expect(shown(made, 7001)).toEqual(['3 b reboot n2']);
    made.answer(2, true, '', 7002);
    expect(made.takeOutcomes()).toEqual([]);
    made.answer(3, false, 'x', 7003);
    expect(shown(made, 7003)).toEqual(['4 b reboot n2']);
    made.answer(4, false, 'broken', 7004);
    expect(made.takeOutcomes()).toMatchObject([{ ok: false, reason: 'broken' }]);
  });

  test('a target without a device fails and is tried again with growing waits, then given up', () => {
    const made = desk([device('a', { pcmk_host_list: 'n9' })]);
    made.maxAttempts = 2;
    expect(made.request(order(), none, 0)).toBe(true);
    expect(made.takeOutcomes()).toMatchObject([{ ok: false }]);
    expect(made.request(order(), none, 499)).toBe(false);
    expect(made.request(order(), none, 500)).toBe(true);
    expect(made.retryAtMs('n2')).toBe(Number.POSITIVE_INFINITY);
    made.forgive('n2');
    expect(made.request(order(), none, 501)).toBe(true);
  });

  test('the host map names the target for the device and restricts it', () => {
    const made = desk([device('pdu', { pcmk_host_map: 'n2:7;n3:8' })]);
    made.request(order(), none, 0);
    expect(shown(made, 0)).toEqual(['1 pdu reboot 7']);
    expect([...readHostMap('a:1,2; b:3')]).toEqual([
      ['a', '1,2'],
      ['b', '3'],
    ]);
  });

  test('a reboot over two devices of one level switches all off before it switches on', () => {
    const levels = [{ index: '1', devices: 'p1,p2', target: 'n2' }];
    const made = desk([device('p1'), device('p2')], levels);
    made.request(order(), none, 0);
    const seen: string[] = [];
    for (let id = 1; id <= 4; id++) {
      seen.push(...shown(made, id));
      made.answer(id, true, '', id);
    }
    expect(seen).toEqual(['1 p1 off n2', '2 p2 off n2', '3 p1 on n2', '4 p2 on n2']);
    expect(made.takeOutcomes()).toMatchObject([{ ok: true, method: 'off', device: 'p1,p2' }]);
  });

  test('a partial level is no proof', () => {
    const levels = [{ index: '1', devices: 'p1,p2', target: 'n2' }];
    const once = { pcmk_off_retries: '1' };
    const made = desk([device('p1', once), device('p2', once)], levels);
    made.request(order(), none, 0);
    shown(made, 0);
    made.answer(1, true, '', 0);
    shown(made, 0);
    made.answer(2, false, 'stuck', 0);
    expect(made.takeOutcomes()).toMatchObject([{ ok: false, reason: 'stuck' }]);
  });

  test('rule 14: delays postpone the first attempt only', () => {
    const made = desk([device('a', { pcmk_delay_base: '2s', pcmk_delay_max: '4s' })]);
    made.request(order(), none, 0);
    expect(shown(made, 2999)).toEqual([]);
    expect(made.nextDeadlineMs()).toBe(3000);
    expect(shown(made, 3000)).toEqual(['1 a reboot n2']);
  });

  test('one action at a time on a device unless its limit says otherwise', () => {
    const made = desk([device('a')]);
    made.request(order('n2'), none, 0);
    made.request(order('n3'), none, 0);
    expect(shown(made, 0)).toEqual(['1 a reboot n2']);
    made.answer(1, true, '', 5);
    expect(shown(made, 5)).toEqual(['2 a reboot n3']);
    const many = desk([device('a', { pcmk_action_limit: '-1' })]);
    many.request(order('n2'), none, 0);
    many.request(order('n3'), none, 0);
    expect(shown(many, 0)).toHaveLength(2);
  });

  test('rule 18: fabric fencing never breaks a tie', () => {
    const made = desk([device('san', {}, 'fence_scsi')]);
    made.request(order('n2', 'off'), none, 0);
    shown(made, 0);
    made.answer(1, true, '', 0);
    const [outcome] = made.takeOutcomes();
    expect(outcome?.method).toBe('fabric');
    expect(breaksTie('fabric')).toBe(false);
    expect(breaksTie('off')).toBe(true);
  });

  test('a disabled device is not used', () => {
    const off = { ...device('a'), meta: [{ rules: [], pairs: [{ name: 'target-role', value: 'Stopped' }] }] };
    expect(fenceDevices({ ...EMPTY_CONFIGURATION, resources: [off] })).toEqual([]);
  });
});
