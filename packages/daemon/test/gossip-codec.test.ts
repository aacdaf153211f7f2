import { randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import { TRANSPORT_LIMITS } from '@holdfast/transport';
import { describe, expect, test } from 'vitest';
import { decodeGossip, encodeGossip } from '../src/lifecycle/gossip-codec.ts';

/** As many resources as a status may have to tell of. */
const report = (resources: number) => ({
  term: 7,
  nodes: [],
  resources: Array.from({ length: resources }, (_, at) => ({
    id: `web-${at}`,
    parents: [],
    agent: 'ocf:heartbeat:IPaddr2',
    role: 'Stopped',
    nodes: [],
    managed: true,
    disabled: true,
    failed: false,
    blocked: false,
    reason: `web-${at} is é to be stopped: target-role=Stopped`,
  })),
});

const compressed = (text: string): Uint8Array => Buffer.concat([Buffer.of(0), deflateRawSync(text)]);

describe('gossip as bytes', () => {
  test('is read as it was written, small or large', () => {
    for (const payload of [null, 'x', report(1), report(100), report(300), report(10_000)]) {
      expect(decodeGossip(encodeGossip(payload))).toEqual(payload);
    }
  });

  test('the status of 20,000 resources fits into a message', () => {
    const payload = report(20_000);
    expect(JSON.stringify(payload).length).toBeGreaterThan(2 * TRANSPORT_LIMITS.maxGossipBytes);
    expect(encodeGossip(payload).length).toBeLessThan(TRANSPORT_LIMITS.maxGossipBytes / 2);
  });

  test('that is cut off, random or larger than it may become is refused', () => {
    const bombs = [compressed(JSON.stringify('x'.repeat(33 * 1024 * 1024)))];
    const whole = encodeGossip(report(1000));
    const wrong = [new Uint8Array(), Buffer.of(0), whole.subarray(0, 500), randomBytes(2000), ...bombs];
    for (const bytes of [...wrong, compressed('{'), compressed('')]) {
      expect(() => decodeGossip(bytes)).toThrow(/not JSON/);
    }
  });
});
