import type { GraphAction } from '@holdfast/model';
import type { AgentResult, AgentRun } from '@holdfast/ports';
import type { Command } from '@holdfast/protocol';
import { describe, expect, test } from 'vitest';
import { CommandGuard } from '../src/member/command-guard.ts';
import { MemberMemory } from '../src/member/member-memory.ts';
import { OperationDesk } from '../src/member/operation-desk.ts';
import { provesStopped } from '../src/member/operation-history.ts';
import { RunIds } from '../src/member/run-ids.ts';
import { Outbox } from '../src/outbox.ts';

function action(id: number, operation: string, attributes: Record<string, string> = {}): GraphAction {
  return {
    id,
    kind: 'resource',
    operation,
    operationKey: `web_${operation}_${attributes.CRM_meta_interval ?? 0}`,
    onNode: 'n1',
    resource: { id: 'web', class: 'ocf', provider: 'x', type: 'Dummy' },
    attributes,
    downed: [],
  };
}

class Bench {
  refusal: string | null = null;
  appliedIndex = 10;
  readonly outbox = new Outbox('n1', 'c');
  readonly desk: OperationDesk;
  nowMs = 0;

  constructor() {
    const bench = this;
    const facts = {
      name: 'n1',
      incarnation: 4,
      startFailureIsFatal: true,
      mayHold: () => false,
      notGranted: () => null,
      get appliedIndex() {
        return bench.appliedIndex;
      },
      startsRefused: () => bench.refusal,
    };
    const persist = () => undefined;
    const memory = new MemberMemory({ records: new Map(), bootId: '', incarnation: 4, persist });
    this.desk = new OperationDesk(facts, { outbox: this.outbox, runIds: new RunIds(), memory });
  }

  command(what: GraphAction, token: Partial<Command['token']> = {}, afterIndex = 10): void {
    const full = { term: 2, transition: 1, configIndex: 5, incarnation: 4, ...token };
    this.desk.intake.accept({ kind: 'command', token: full, afterIndex, action: what }, this.nowMs);
    this.desk.advance(this.nowMs, this.nowMs);
  }

  runs(): AgentRun[] {
    const outputs = this.outbox.take();
    const runs = outputs.flatMap((output) => (output.kind === 'runAgent' ? [output.run] : []));
    return runs.filter(({ operation }) => operation !== 'meta-data');
  }

  finish(run: AgentRun | undefined, rcCode = 0, more: Partial<AgentResult> = {}): void {
    const runId = run?.runId ?? 0;
    const result = { runId, rcCode, opStatus: 0, execTimeMs: 1, queueTimeMs: 0, ...more };
    this.desk.result(result, this.nowMs, this.nowMs);
  }

  outcomes(): string[] {
    return this.desk.changes.results.map((each) => `${each.action} ${each.outcome}`);
  }
}

describe('rule 7: commands and their tokens', () => {
  test('older terms, transitions, configurations and other lives are refused', () => {
    const guard = new CommandGuard();
    guard.raise(3, 7, 50);
    const token = { term: 3, transition: 7, configIndex: 50, incarnation: 4 };
    expect(guard.refuse(token, 4)).toBeNull();
    expect(guard.refuse({ ...token, term: 2, transition: 99 }, 4)).not.toBeNull();
    expect(guard.refuse({ ...token, transition: 6 }, 4)).not.toBeNull();
    expect(guard.refuse({ ...token, configIndex: 49 }, 4)).not.toBeNull();
    expect(guard.refuse({ ...token, incarnation: 3 }, 4)).not.toBeNull();
  });

  // The leader raises a barrier when a command gave no answer in time, and then counts on it never taking effect.
  test('a command that waits for the log is void once a barrier was obeyed', () => {
    const bench = new Bench();
    bench.command(action(1, 'start'), {}, 11);
    expect(bench.runs()).toEqual([]);
    bench.desk.intake.guard.raise(2, 2);
    bench.appliedIndex = 11;
    bench.desk.advance(bench.nowMs, bench.nowMs);
    expect(bench.runs()).toEqual([]);
    expect(bench.outcomes()).toEqual(['1 refused']);
  });

  test('a command is executed once, however often it comes', () => {
    const bench = new Bench();
    bench.command(action(1, 'start'));
    const runs = bench.runs();
    bench.command(action(1, 'start'));
    expect([...runs, ...bench.runs()]).toHaveLength(1);
    bench.finish(runs[0]);
    bench.command(action(1, 'start'));
    expect(bench.runs()).toEqual([]);
    expect(bench.outcomes()).toEqual(['1 done', '1 done']);
  });

  test('a command waits until the log entry that allows it is applied here', () => {
    const bench = new Bench();
    bench.command(action(1, 'start'), {}, 12);
    expect(bench.runs()).toEqual([]);
    bench.appliedIndex = 12;
    bench.desk.advance(1, 1);
    expect(bench.runs()).toHaveLength(1);
  });

  test('rules 5 and 6: without authority no start, but stops and probes', () => {
    const bench = new Bench();
    bench.refusal = 'no authority';
    bench.command(action(1, 'start'));
    bench.command(action(2, 'monitor', { CRM_meta_op_target_rc: '7' }));
    expect(bench.runs().map(({ operation }) => operation)).toEqual(['monitor']);
    expect(bench.outcomes()).toEqual(['1 refused']);
  });

  test('a start that waited behind a long stop is refused when authority went meanwhile', () => {
    const bench = new Bench();
    bench.command(action(1, 'stop'));
    const [stop] = bench.runs();
    bench.command(action(2, 'start'));
    bench.refusal = 'woke from a pause';
    bench.finish(stop);
    expect(bench.runs()).toEqual([]);
    expect(bench.outcomes()).toEqual(['1 done', '2 refused']);
  });

  test('S6: a newer leader makes what still waits of an older one void', () => {
    const bench = new Bench();
    bench.command(action(1, 'stop'));
    const [stop] = bench.runs();
    bench.command(action(2, 'start'));
    bench.desk.intake.guard.raise(3, 0);
    bench.finish(stop);
    expect(bench.runs()).toEqual([]);
    expect(bench.outcomes()).toContain('2 refused');
  });
});

describe('recurring operations', () => {
  test('repeat by themselves and report only changes', () => {
    const bench = new Bench();
    bench.command(action(1, 'start'));
    bench.finish(bench.runs()[0]);
    bench.command(action(2, 'monitor', { CRM_meta_interval: '1000' }));
    bench.finish(bench.runs()[0]);
    bench.desk.changes.clear();
    for (let round = 1; round <= 3; round++) {
      bench.nowMs = bench.desk.nextDeadlineMs();
      bench.desk.advance(bench.nowMs, bench.nowMs);
      bench.finish(bench.runs()[0]);
    }
    expect(bench.desk.changes.empty).toBe(true);
    bench.nowMs = bench.desk.nextDeadlineMs();
    bench.desk.advance(bench.nowMs, bench.nowMs);
    bench.finish(bench.runs()[0], 7);
    expect(bench.desk.changes.unsolicited).toBe(true);
    expect(bench.desk.attributes.toRecord()['fail-count-web#monitor_1000']).toBe('1');
  });

  test('a stop ends them', () => {
    const bench = new Bench();
    bench.command(action(1, 'monitor', { CRM_meta_interval: '1000' }));
    bench.finish(bench.runs()[0]);
    bench.command(action(2, 'stop'));
    bench.finish(bench.runs()[0]);
    expect(bench.desk.nextDeadlineMs()).toBe(Number.POSITIVE_INFINITY);
    expect(bench.desk.slots.activeResources()).toEqual([]);
  });

  test('a failed start counts as INFINITY, and the resource may be active', () => {
    const bench = new Bench();
    bench.command(action(1, 'start'));
    bench.finish(bench.runs()[0], 1);
    expect(bench.desk.attributes.toRecord()['fail-count-web#start_0']).toBe('INFINITY');
    expect(bench.desk.slots.activeResources()).toEqual(['web']);
  });
});

// A mount that hangs in the kernel survives KILL and can be done later, after the stop has found nothing to unmount.
describe('a start that could not be ended', () => {
  const TIMEOUT = { opStatus: 2, unknown: true } as const;

  function stuck(): Bench {
    const bench = new Bench();
    bench.command(action(1, 'start'));
    bench.finish(bench.runs()[0], 1, TIMEOUT);
    return bench;
  }

  test('is not undone by a stop: that fails, as it proves nothing', () => {
    const bench = stuck();
    bench.command(action(2, 'stop'), { transition: 2 });
    bench.finish(bench.runs()[0]);
    expect(bench.outcomes()).toEqual(['1 failed', '2 failed']);
    const history = bench.desk.slots.get('web')?.history.toResourceHistory();
    expect(history && provesStopped(history)).toBe(false);
    expect(bench.desk.slots.activeResources()).toEqual(['web']);
  });

  test('nor is a probe that finds nothing believed, until an operator has cleaned up', () => {
    const bench = stuck();
    bench.command(action(2, 'monitor', { CRM_meta_op_target_rc: '7' }), { transition: 2 });
    bench.finish(bench.runs()[0], 7);
    expect(bench.outcomes()).toEqual(['1 failed', '2 failed']);
    bench.desk.slots.cleanupByOperator('web');
    bench.command(action(3, 'monitor', { CRM_meta_op_target_rc: '7' }), { transition: 3 });
    bench.finish(bench.runs()[0], 7);
    expect(bench.outcomes()).toContain('3 done');
  });

  test('one that was killed for good is undone by a stop', () => {
    const bench = new Bench();
    bench.command(action(1, 'start'));
    bench.finish(bench.runs()[0], 1, { opStatus: 2 });
    bench.command(action(2, 'stop'), { transition: 2 });
    bench.finish(bench.runs()[0]);
    expect(bench.outcomes()).toEqual(['1 failed', '2 done']);
  });
});
