import { describe, expect, it } from 'vitest';
import { Pattern } from '../src/index.ts';

function match(pattern: string, text: string): string | undefined {
  const parsed = Pattern.parse(pattern);
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.match(text)?.join('|').replace(/\|+$/, '');
}

describe('patterns of resources (POSIX extended regular expressions)', () => {
  it('match as those of the C library do', () => {
    // Pattern, text, and what regexec() of glibc finds: the match and its groups.
    const cases: [pattern: string, text: string, found: string | undefined][] = [
      ['^web', 'web1', 'web'],
      ['^web$', 'web1', undefined],
      ['b', 'abc', 'b'],
      ['a|ab', 'xab', 'ab'],
      ['(a|ab)(c|bcd)(d*)', 'abcd', 'abcd|ab|c|d'],
      ['(a|b|ab)*', 'ab', 'ab|ab'],
      ['^(.*)-(.*)$', 'db-master-1', 'db-master-1|db-master|1'],
      ['^db-([0-9]+)$', 'db-42', 'db-42|42'],
      ['[[:alpha:]]+', '12ab3', 'ab'],
      ['[^[:digit:]-]+', '1-ab', 'ab'],
      ['[]a]+', 'x]a]', ']a]'],
      ['[a-]+', 'b-a-', '-a-'],
      ['a{2,3}', 'aaaa', 'aaa'],
      ['a{,2}b', 'aaab', 'aab'],
      ['a**', 'aa', 'aa'],
      ['a||b', 'b', 'b'],
      ['()', 'x', ''],
      ['\\.', 'a.b', '.'],
      ['\\w+\\W', 'ab-', 'ab-'],
      ['\\<b', 'ab b', 'b'],
      ['a\\b', 'ab a', 'a'],
      ['[\\.]', '\\', '\\'],
      ['a)', 'a)', 'a)'],
      ['.', '💥', '💥'],
      ['(((((((((((a)))))))))))', 'a', 'a|a|a|a|a|a|a|a|a|a'],
    ];
    for (const [pattern, text, found] of cases)
      expect(match(pattern, text), `${pattern} ${text}`).toBe(found);
  });

  it('are also found anywhere in a text without saying where, text after text', () => {
    const parsed = Pattern.parse('\\<(ab|b)+(-|$)');
    if ('problem' in parsed) throw new Error(parsed.problem);
    const texts: [text: string, found: boolean][] = [
      ['ab', true],
      ['xab', false],
      ['x ab', true],
      ['abb-1', true],
      ['ab1', false],
      ['💥bab', true],
      ['', false],
    ];
    for (const [text, found] of [...texts, ...texts]) expect(parsed.test(text), text).toBe(found);
  });

  it('are refused where the C library refuses them, and where time could not be bounded', () => {
    const wrong = [
      '*a',
      'a|*b',
      '(+a)',
      'a{',
      'a{1',
      'a{2,1}',
      '{1}',
      'a{99999}',
      '^*',
      '\\<+',
      '[b-a]',
      '[a',
      '(a',
    ];
    const more = [
      '[[:nobody:]]',
      '[[:alpha:]-z]',
      '\\',
      '(a)\\1',
      '(((a{100}){100}){100}){100}',
      '('.repeat(1000),
    ];
    for (const pattern of [...wrong, ...more])
      expect(Pattern.parse(pattern), pattern).toHaveProperty('problem');
  });

  it('that backtrack for ever elsewhere take time in proportion', () => {
    const started = performance.now();
    for (const pattern of [
      '^(a+)+$',
      '^(a|a)*$',
      '^(a|aa)+$',
      '^(.*)*b$',
      '^((a*)*)*$',
      '(a?){200}a{200}',
      '(x+x+)+y',
    ]) {
      match(pattern, `${'a'.repeat(2000)}!`);
      match(pattern, 'x'.repeat(2000));
    }
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
