import { expect, test } from 'vitest';
import { NotConfiguredError, parameter } from '../src/index.ts';
import { readParameters } from '../src/parameter.ts';

const DEFINITIONS = {
  ip: parameter.string({ text: 'Address', required: true }),
  port: parameter.integer({ text: 'Port', default: 80, min: 1, max: 65_535 }),
  quick: parameter.boolean({ text: 'Quick', default: false }),
  wait: parameter.time({ text: 'Wait', default: 1500 }),
  mode: parameter.select(['fast', 'smart'], { text: 'Mode', default: 'fast' }),
  note: parameter.string({ text: 'Note' }),
};

const read = (texts: Record<string, string>) => readParameters(DEFINITIONS, (name) => texts[name]);

test('values have the types of their definitions, and defaults where nothing is given', () => {
  const values = read({ ip: '10.0.0.1' });
  const typed: { port: number; quick: boolean; mode: 'fast' | 'smart'; note: string | undefined } = values;
  expect(typed).toEqual({
    ip: '10.0.0.1',
    port: 80,
    quick: false,
    wait: 1500,
    mode: 'fast',
    note: undefined,
  });
  expect(read({ ip: 'x', port: '8080', quick: 'Yes', wait: '2min', mode: 'smart', note: 'n' })).toEqual({
    ip: 'x',
    port: 8080,
    quick: true,
    wait: 120_000,
    mode: 'smart',
    note: 'n',
  });
});

test('what cannot be read names the parameter', () => {
  expect(() => read({})).toThrow(new NotConfiguredError('parameter ip is required'));
  expect(() => read({ ip: '' })).toThrow('parameter ip is required');
  expect(() => read({ ip: 'x', port: '0' })).toThrow('parameter port: 0 is not between 1 and 65535');
  expect(() => read({ ip: 'x', port: '1.5' })).toThrow('parameter port: "1.5" is not a whole number');
  expect(() => read({ ip: 'x', quick: 'perhaps' })).toThrow('parameter quick');
  expect(() => read({ ip: 'x', wait: '5 parsecs' })).toThrow('parameter wait');
  expect(() => read({ ip: 'x', mode: 'slow' })).toThrow('parameter mode: "slow" is not one of fast, smart');
});
