import { describe, expect, test } from 'vitest';
import { scriptStatements } from '../src/configuration/script-text.ts';
import { statementText } from '../src/configuration/statement-text.ts';
import { takeFlags } from '../src/configuration/take-flags.ts';
import { translateCrm } from '../src/crm/translate-crm.ts';

describe('command lines of crmsh', () => {
  test.each([
    ['status', 'status', ''],
    ['configure show', 'configure:show', ''],
    ['configure primitive web Dummy', 'configure', 'primitive web Dummy'],
    ['cf sh', undefined, ''],
    ['conf show web', 'configure:show', 'web'],
    ['-F resource migrate web n2', 'resource:move', 'web n2'],
    ['-w -D plain resource unmigrate web', 'resource:clear', 'web'],
    ['resource st', undefined, ''],
    ['resource maint web on', 'resource:maintenance', 'web on'],
    ['node standby n1', 'node:standby', 'n1'],
    ['configure load push cib.xml', 'configure:load', 'replace cib.xml'],
    ['configure load xml update cib.xml', 'configure:load', 'update cib.xml'],
    ['verify', 'verify', ''],
    ['-f setup.crm', 'configure:load', 'update setup.crm'],
    ['-F -f setup.crm', 'configure:load', 'update setup.crm'],
    ['ra list ocf', undefined, ''],
  ])('crm %s', (line, id, args) => {
    const translate = () => translateCrm(line.split(' '));
    if (id === undefined) expect(translate).toThrow('there is no counterpart');
    else expect(translate()).toEqual({ id, argv: args === '' ? [] : args.split(' ') });
  });
});

test('a script for the shell is read as statements at the same places', () => {
  const script = 'configure\nproperty no-quorum-policy=stop\nverify\ncommit\nquit\n';
  expect(scriptStatements(script)).toBe('\nproperty no-quorum-policy=stop\n\n\n\n');
});

describe('the words of a command line', () => {
  test('quotes that the shell took away are put back', () => {
    expect(statementText(['primitive', 'p', 'Dummy', 'params', 'state=/tmp/x y', 'q=a"b'])).toBe(
      'primitive p Dummy params state="/tmp/x y" q="a\\"b"',
    );
  });

  test('one word with blanks is the text itself', () => {
    expect(statementText(['primitive a Dummy\nprimitive b Dummy'])).toBe(
      'primitive a Dummy\nprimitive b Dummy',
    );
  });

  test('a score of -inf: is no flag', () => {
    expect(takeFlags(['location', 'l', 'web', '-inf:', 'n1', '--dry-run', '--socket', '/s'])).toEqual({
      flags: ['--dry-run', '--socket', '/s'],
      words: ['location', 'l', 'web', '-inf:', 'n1'],
    });
  });
});
