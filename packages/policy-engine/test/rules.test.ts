import type { DateExpression, Rule, RuleExpression } from '@holdfast/model';
import { describe, expect, it } from 'vitest';
import {
  evaluateBlocks,
  evaluateRule,
  formatUtc,
  parseDurationMs,
  parseTime,
  type RuleContext,
} from '../src/index.ts';

const NOW = parseTime('2024-02-29 12:30:00Z') as number;
const rule = (expressions: RuleExpression[], booleanOp: 'and' | 'or' = 'and'): Rule => ({
  kind: 'rule',
  booleanOp,
  expressions,
});
const date = (expression: Omit<DateExpression, 'kind'>): Rule => rule([{ kind: 'date', ...expression }]);
const attribute = (operation: string, value?: string, type?: string): Rule =>
  rule([
    {
      kind: 'attribute',
      attribute: 'a',
      operation,
      ...(value === undefined ? {} : { value }),
      ...(type === undefined ? {} : { type }),
    },
  ]);
const withA = (a?: string, more: Partial<RuleContext> = {}): RuleContext => ({
  nowSeconds: NOW,
  nodeAttributes: new Map(a === undefined ? [] : [['a', a]]),
  ...more,
});

describe('times', () => {
  it('reads calendar, ordinal and week dates with offsets', () => {
    for (const text of [
      '2005-01-20 10:30:00 +02:00',
      '2005-020T08:30',
      '2005-W03-4 08:30:00Z',
      '20050120T083000Z',
    ]) {
      expect(formatUtc(parseTime(text) ?? 0), text).toBe('2005-01-20 08:30:00Z');
    }
    expect(parseTime('12:30', NOW)).toBe(NOW);
    for (const bad of ['2005-02-30', '2005-366', 'soon', '2005-W54-1', '25:00'])
      expect(parseTime(bad), bad).toBeUndefined();
    expect(formatUtc(4_102_444_800)).toBe('2100-01-01 00:00:00Z');
  });

  it('reads intervals', () => {
    expect(['10', '10s', '500ms', '2min', '1h', 'PT1M30S', 'P1D', 'x'].map(parseDurationMs)).toEqual([
      10_000,
      10_000,
      500,
      120_000,
      3_600_000,
      90_000,
      86_400_000,
      undefined,
    ]);
  });
});

describe('date expressions', () => {
  const changes = (expression: Omit<DateExpression, 'kind'>): [boolean, string[]] => {
    const times: string[] = [];
    const result = evaluateRule(date(expression), {
      nowSeconds: NOW,
      nextChange: (at) => times.push(formatUtc(at)),
    });
    return [result, times];
  };

  it('include both ends of a range and exclude the time of gt and lt', () => {
    expect(changes({ start: '2024-02-29 12:30:00Z' })).toEqual([true, []]);
    expect(changes({ operation: 'in_range', end: '2024-02-29 12:30:00Z' })).toEqual([
      true,
      ['2024-02-29 12:30:01Z'],
    ]);
    expect(changes({ operation: 'gt', start: '2024-02-29 12:30:00Z' })).toEqual([
      false,
      ['2024-02-29 12:30:01Z'],
    ]);
    expect(changes({ operation: 'lt', end: '2024-02-29 12:30:00Z' })).toEqual([false, []]);
    expect(changes({ operation: 'lt', end: '2024-03-01' })).toEqual([true, ['2024-03-01 00:00:00Z']]);
  });

  it('add durations by the calendar', () => {
    expect(changes({ start: '2024-01-31', duration: { id: 'd', months: '1', hours: '13' } })[1]).toEqual([
      '2024-02-29 13:00:01Z',
    ]);
    expect(changes({ start: '2024-01-31', duration: { days: '1' } })).toEqual([false, []]);
  });

  it('match date specs by number and range', () => {
    for (const [spec, expected] of [
      [{ hours: '9-16', weekdays: '1-5' }, true],
      [{ hours: '-11' }, false],
      [{ years: '2023-' }, true],
      [{ weeks: '9', weekyears: '2024' }, true],
      [{ yeardays: '60' }, true],
      [{ monthdays: '29', months: '3' }, false],
    ] as const) {
      expect(changes({ operation: 'date_spec', dateSpec: spec })[0], JSON.stringify(spec)).toBe(expected);
    }
  });
});

describe('attribute expressions', () => {
  it('treat an attribute that is not set as unequal to everything', () => {
    const results = ['defined', 'not_defined', 'eq', 'ne', 'lt', 'gte'].map((op) =>
      evaluateRule(attribute(op, '1'), withA()),
    );
    expect(results).toEqual([false, true, false, true, false, false]);
  });

  it('compare by type', () => {
    expect(evaluateRule(attribute('gt', '9'), withA('10'))).toBe(true);
    expect(evaluateRule(attribute('gt', '9', 'string'), withA('10'))).toBe(false);
    expect(evaluateRule(attribute('lt', '1.10', 'version'), withA('1.9.1'))).toBe(true);
    expect(evaluateRule(attribute('eq', '3.60', 'number'), withA('3.6'))).toBe(true);
    expect(evaluateRule(attribute('eq', 'ABC'), withA('abc'))).toBe(true);
  });

  it('take values from parameters and meta-attributes, and names from sub-matches', () => {
    const context = withA('x', { params: new Map([['p', 'x']]), meta: new Map(), submatches: ['dba', 'a'] });
    const source = (valueSource: string): Rule =>
      rule([{ kind: 'attribute', attribute: '%1', operation: 'eq', value: 'p', valueSource }]);
    expect([evaluateRule(source('param'), context), evaluateRule(source('meta'), context)]).toEqual([
      true,
      false,
    ]);
  });
});

describe('rules', () => {
  it('nest, refer to each other, and end in loops', () => {
    const loop: Rule = {
      kind: 'rule',
      id: 'loop',
      expressions: [{ kind: 'rule', idRef: 'loop', expressions: [] }],
    };
    const context = withA('1', {
      ruleById: (id) => (id === 'loop' ? loop : id === 'one' ? attribute('eq', '1') : undefined),
    });
    expect(evaluateRule(loop, context)).toBe(false);
    expect(evaluateRule(rule([{ kind: 'rule', idRef: 'one', expressions: [] }]), context)).toBe(true);
    expect(evaluateRule(rule([attribute('eq', '2'), attribute('eq', '1')], 'or'), context)).toBe(true);
    expect([evaluateRule(rule([]), context), evaluateRule(rule([], 'or'), context)]).toEqual([true, false]);
  });

  it('test the agent and the operation', () => {
    const context: RuleContext = {
      nowSeconds: NOW,
      resource: { standard: 'ocf', provider: 'heartbeat', agent: 'IPaddr2' },
      operation: { name: 'monitor', intervalMs: 10_000 },
    };
    expect(evaluateRule(rule([{ kind: 'resource', class: 'ocf', type: 'IPaddr2' }]), context)).toBe(true);
    expect(evaluateRule(rule([{ kind: 'resource', class: 'systemd' }]), context)).toBe(false);
    expect(evaluateRule(rule([{ kind: 'operation', name: 'monitor', interval: '10s' }]), context)).toBe(true);
    expect(evaluateRule(rule([{ kind: 'operation', name: 'monitor', interval: '11s' }]), context)).toBe(
      false,
    );
    expect(evaluateRule(rule([{ kind: 'operation', name: 'monitor' }]), { nowSeconds: NOW })).toBe(false);
  });
});

describe('attribute blocks', () => {
  it('are taken by score, the named block first, the first value winning', () => {
    const block = (id: string, score: string, rules: Rule[], ...names: string[]) => ({
      id,
      score,
      rules,
      pairs: names.map((name) => ({ name, value: id })),
    });
    const blocks = [
      block('low', '1', [], 'a', 'b', 'c', 'd'),
      block('off', 'INFINITY', [rule([], 'or')], 'a', 'b', 'c', 'd'),
      block('high', '5', [rule([])], 'b', 'c'),
      block('first', '-INFINITY', [], 'c'),
    ];
    expect(Object.fromEntries(evaluateBlocks(blocks, { nowSeconds: NOW }, { firstId: 'first' }))).toEqual({
      a: 'low',
      b: 'high',
      c: 'first',
      d: 'low',
    });
  });
});
