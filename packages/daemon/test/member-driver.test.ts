import type { NodeInput, NodeInspection, NodeOutput } from '@holdfast/node';
import type { StoredState, StoreOperation } from '@holdfast/ports';
import { AssertionFailure } from '@holdfast/ports';
import { beforeEach, describe, expect, test } from 'vitest';
import { MemberDriver } from '../src/member/member-driver.ts';
import type { NodeCore } from '../src/member/node-core.ts';

const EMPTY: StoredState = { records: new Map(), entries: [] };
const log = (event: string): NodeOutput => ({
  kind: 'log',
  record: { level: 'info', event, message: '', fields: {} },
});

/** A core that answers by script and writes down what it was given. */
class ScriptedCore implements NodeCore {
  readonly inputs: NodeInput[] = [];
  deadlineMs: number | null = null;
  script: (input: NodeInput) => NodeOutput[] = () => [];

  step(input: NodeInput): readonly NodeOutput[] {
    this.inputs.push(input);
    return this.script(input);
  }
  nextDeadlineMs(): number | null {
    return this.deadlineMs;
  }
  inspect(): NodeInspection {
    throw new Error('not asked for in these tests');
  }
  get kinds(): string[] {
    return this.inputs.map((input) => input.kind);
  }
}

let core: ScriptedCore;
let done: string[];
let nowMs: number;
let writes: StoreOperation[][];
let finishWrite: (() => void)[];
let driver: MemberDriver;

beforeEach(() => {
  core = new ScriptedCore();
  done = [];
  nowMs = 1000;
  writes = [];
  finishWrite = [];
  const runner = (name: string) => ({
    start: async () => undefined,
    run: (run: { runId: number }) => void done.push(`${name} ${run.runId}`),
    cancel: (runId: number) => void done.push(`cancel ${runId}`),
    stop: async () => undefined,
  });
  driver = new MemberDriver({
    core,
    ports: {
      store: {
        load: async () => EMPTY,
        write: (batch) => {
          done.push('write');
          writes.push([...batch]);
          return new Promise((resolve) => finishWrite.push(resolve));
        },
        close: async () => undefined,
      },
      agents: runner('agent'),
      fences: runner('fence'),
      watchdog: {
        arm: async (timeoutMs) => timeoutMs,
        pet: () => void done.push('pet'),
        disarm: async () => undefined,
      },
      policy: { compute: (token) => void done.push(`compute ${token}`) },
      peers: {
        send: (to, _, link) => void done.push(`send ${to} ${link ?? 'best'}`),
        publish: (topic) => void done.push(`publish ${topic}`),
        setPeers: (peers) => void done.push(`peers ${peers.length}`),
      },
      logger: { log: (record) => void done.push(`log ${record.event}`) },
      clock: { nowMs: () => nowMs, wallMs: () => 7 },
    },
    onExit: ({ reason }) => void done.push(`exit ${reason}`),
    onFatal: (error) => void done.push(`fatal ${(error as Error).message}`),
    onActivity: () => void done.push('activity'),
  });
});

const result = (runId: number): NodeInput => ({
  kind: 'agentResult',
  nowMs,
  wallMs: 7,
  result: { runId, rcCode: 0, opStatus: 0, execTimeMs: 1, queueTimeMs: 0 },
});

describe('member driver', () => {
  test('carries out the outputs of a step in their order', () => {
    core.script = () => [
      { kind: 'send', to: 'n2', link: 1, message: {} },
      { kind: 'gossip', topic: 'status', payload: {} },
      { kind: 'peers', peers: [] },
      log('x'),
    ];
    driver.feed({ kind: 'tick', nowMs, wallMs: 7 });
    expect(done).toEqual(['send n2 1', 'publish status', 'peers 0', 'log x', 'activity']);
  });

  test('what waits goes on in the next turn of the event loop when this one has taken long', async () => {
    core.script = () => {
      nowMs += 8;
      return [];
    };
    for (let number = 1; number <= 5; number += 1) {
      driver.feed({ kind: 'message', nowMs, from: 'n2', link: 0, message: number });
    }
    const steps: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
      steps.push(core.inputs.length);
    }
    expect(steps).toEqual([2, 4, 5, 5]);
    const order = core.inputs.map((input) => (input.kind === 'message' ? input.message : input.kind));
    expect(order).toEqual([1, 2, 3, 4, 5]);
  });

  test('feeds persisted only when the batch is on disk, and shares a write among batches', async () => {
    let token = 0;
    core.script = (input) =>
      input.kind === 'agentResult'
        ? [{ kind: 'persist', token: ++token, batch: [{ op: 'delete', key: `k${token}` }] }]
        : [];
    for (let run = 1; run <= 3; run += 1) driver.feed(result(run));
    await settle();
    expect(writes).toHaveLength(1);
    driver.feed(result(4));
    driver.feed(result(5));
    expect(core.kinds).not.toContain('persisted');
    finishWrite[0]?.();
    await settle();
    expect(core.inputs.filter((input) => input.kind === 'persisted').map((input) => input.token)).toEqual([
      1, 2, 3,
    ]);
    expect(writes[1]).toHaveLength(2);
    finishWrite[1]?.();
    await driver.stop();
  });

  test('what a step sends leaves before its write is prepared', async () => {
    core.script = () => [
      { kind: 'persist', token: 1, batch: [{ op: 'delete', key: 'k' }] },
      { kind: 'send', to: 'n2', message: {} },
    ];
    driver.feed({ kind: 'tick', nowMs, wallMs: 7 });
    // As a link does: frames leave one microtask after they were handed over.
    queueMicrotask(() => done.push('left'));
    await settle();
    expect(done.filter((each) => each !== 'activity')).toEqual(['send n2 best', 'left', 'write']);
  });

  test('puts a due tick before anything that piled up during a pause', async () => {
    core.deadlineMs = 1100;
    core.script = (input) => {
      if (input.kind === 'tick') core.deadlineMs = input.nowMs + 100;
      return [];
    };
    nowMs = 31_000;
    driver.feed({ kind: 'message', nowMs, from: 'n1', link: 0, message: {} });
    await settle();
    expect(core.inputs.map((input) => [input.kind, input.nowMs])).toEqual([
      ['tick', 31_000],
      ['message', 31_000],
    ]);
    expect(done).toContain('log tick-late');
  });

  test('messages and requests of one turn are handled together, a result at once with what waits', async () => {
    driver.feed({ kind: 'message', nowMs, from: 'n1', link: 0, message: {} });
    driver.feed({ kind: 'message', nowMs, from: 'n2', link: 0, message: {} });
    expect(core.kinds).toEqual([]);
    await settle();
    expect(core.kinds).toEqual(['message', 'message']);
    driver.feed({ kind: 'message', nowMs, from: 'n1', link: 0, message: {} });
    driver.feed(result(1));
    expect(core.kinds.slice(2)).toEqual(['message', 'agentResult']);
    await driver.stop();
  });

  test('ticks when the deadline of the node is reached', async () => {
    nowMs = 0;
    const began = Date.now();
    core.deadlineMs = 20;
    core.script = (input) => {
      if (input.kind === 'tick') core.deadlineMs = null;
      return [];
    };
    driver.start(EMPTY);
    while (!core.kinds.includes('tick') && Date.now() - began < 2000) {
      nowMs = Date.now() - began;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(core.kinds).toEqual(['start', 'tick']);
    expect(core.inputs[1]?.nowMs).toBeGreaterThanOrEqual(20);
  });

  test('a deadline beyond the longest timer of Node is waited for, not asked for over and over', async () => {
    core.deadlineMs = nowMs + 2 ** 40;
    let asked = 0;
    core.nextDeadlineMs = () => {
      asked += 1;
      return core.deadlineMs;
    };
    driver.start(EMPTY);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(asked).toBeLessThan(4);
    await driver.stop();
  });

  test('gives each request the answer with its id, also when it comes within the same step', async () => {
    core.script = (input) =>
      input.kind === 'request'
        ? [{ kind: 'answer', requestId: input.requestId, response: { ok: true, value: input.requestId } }]
        : [];
    const [first, second] = await Promise.all([
      driver.request({ kind: 'status' }),
      driver.request({ kind: 'status' }),
    ]);
    expect([first, second]).toEqual([
      { ok: true, value: 1 },
      { ok: true, value: 2 },
    ]);
  });

  test('an assertion failure of the node is fatal and nothing is fed after it', () => {
    core.script = () => {
      throw new AssertionFailure('two leaders in one term');
    };
    driver.feed({ kind: 'tick', nowMs, wallMs: 7 });
    driver.feed({ kind: 'tick', nowMs, wallMs: 7 });
    expect(done).toEqual(['fatal two leaders in one term']);
    expect(core.inputs).toHaveLength(1);
  });

  test('nothing is fed after the node said exit, but the rest of that step is carried out', () => {
    core.script = () => [{ kind: 'exit', clean: true, reason: 'left' }, log('after')];
    driver.feed({ kind: 'tick', nowMs, wallMs: 7 });
    driver.feed({ kind: 'tick', nowMs, wallMs: 7 });
    expect(done).toEqual(['exit left', 'log after', 'activity']);
  });

  test('tells the node how the watchdog was armed', async () => {
    core.script = (input) =>
      input.kind === 'start' ? [{ kind: 'watchdog', action: 'arm', timeoutMs: 5000 }] : [];
    driver.start(EMPTY);
    await settle();
    expect(core.inputs.at(-1)).toMatchObject({ kind: 'watchdog', armedTimeoutMs: 5000 });
  });
});

async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
