import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  ConfigurationDraft,
  HoldfastError,
  parseStatement,
  parseStatements,
  printConfiguration,
  printStatement,
  validateConfiguration,
} from '../src/index.ts';

function refused(text: string): HoldfastError {
  try {
    parseStatements(text, { source: 'web.crm' });
  } catch (error) {
    if (error instanceof HoldfastError) return error;
  }
  throw new Error('it was accepted');
}

describe('errors name the statement, line and column', () => {
  test.each([
    ['primitive web', 1, 14, 'the agent is missing'],
    ['primitive web Dummy\nprimtive db Dummy', 2, 1, '"primtive" is no statement'],
    ['primitive web Dummy \\\n  op monitor \\\n  bogus: x', 3, 3, '"bogus:" is no parameter'],
    ['location l web fast: n1', 1, 16, '"fast" is not a score'],
    ['order o Sometimes: a b', 1, 9, '"Sometimes" is no kind'],
    ['colocation c inf: ( a b', 1, 24, 'the set opened with "(" is not closed'],
    ['primitive web Dummy params a="b\nc', 1, 30, 'the quote opened here is not closed'],
    ['location l web rule a eq b or c eq d and e eq f', 1, 38, '"and" and "or" cannot be mixed'],
    ['node n1:friend', 1, 6, '"friend" is no type of node'],
  ])('%s', (text, line, column, problem) => {
    const error = refused(text);
    expect(error.message).toContain(problem);
    expect([error.position?.line, error.position?.column, error.position?.source]).toEqual([
      line,
      column,
      'web.crm',
    ]);
  });

  test('the statement is named by its first words', () => {
    expect(refused('primitive a Dummy\norder o1 Mandatory: a').position?.statement).toBe('order o1');
  });
});

describe('values', () => {
  test('any value is read again as it was', () => {
    const value = fc.string({ unit: 'binary' }).filter((text) => !/[\r]/.test(text));
    fc.assert(
      fc.property(value, (text) => {
        const statement = parseStatement('primitive p Dummy params x=y').statement;
        if (statement.kind !== 'primitive') throw new Error('no primitive');
        const params = [{ rules: [], pairs: [{ name: 'x', value: text }] }];
        const printed = printStatement({ ...statement, primitive: { ...statement.primitive, params } });
        const back = parseStatement(printed).statement;
        expect(back.kind === 'primitive' && back.primitive.params[0]?.pairs[0]?.value).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  test('keywords are read in any case, values keep theirs', () => {
    const { statement } = parseStatement('PRIMITIVE Web Dummy META Target-Role=STARTED');
    expect(printStatement(statement, { oneLine: true })).toBe('primitive Web Dummy meta Target-Role=STARTED');
  });

  test('secrets are hidden where it is asked for', () => {
    const { statement } = parseStatement('primitive st stonith:fence_x params passwd=hush login=me');
    expect(printStatement(statement, { oneLine: true, hide: ['passw*'] })).toBe(
      'primitive st stonith:fence_x params passwd="******" login=me',
    );
  });
});

const WEB = `node n1
node n2
primitive ip IPaddr2 \\
	params ip=10.0.0.1 \\
	op monitor interval=10s
primitive web nginx
primitive db Dummy
group site ip web
location site-on-n1 site 100: n1
order db-first db site
colocation with-db inf: site db
tag all site db
property cib-bootstrap-options: \\
	fencing-enabled=true
`;

function draftOf(text: string): ConfigurationDraft {
  const draft = new ConfigurationDraft();
  for (const each of parseStatements(text)) draft.put(each);
  return draft;
}

const shown = (draft: ConfigurationDraft): string[] =>
  printConfiguration(draft.configuration())
    .replace(/ \\\n\t/g, ' ')
    .trimEnd()
    .split('\n');

describe('a draft of a configuration', () => {
  test('what is printed gives the same configuration, with all ids', () => {
    const { configuration } = { configuration: draftOf(WEB).configuration() };
    const again = draftOf(printConfiguration(configuration)).configuration();
    expect(printConfiguration(again)).toBe(printConfiguration(configuration));
    expect(validateConfiguration(again).errors).toEqual([]);
  });

  test('what is not touched is shared', () => {
    const before = draftOf(WEB).configuration();
    const draft = new ConfigurationDraft(before);
    draft.put(parseStatement('primitive extra Dummy'));
    const after = draft.configuration();
    expect(after.resources.slice(0, 2)).toEqual(before.resources);
    for (const [index, each] of before.resources.entries()) expect(after.resources[index]).toBe(each);
  });

  test('deleting a member takes it out of its group and out of constraints', () => {
    const draft = draftOf(WEB);
    draft.delete(['ip']);
    expect(shown(draft)).toContain('group site web');
  });

  test('deleting a group leaves its members; constraints go to the first', () => {
    const draft = draftOf(WEB);
    draft.delete(['site']);
    expect(shown(draft)).toContain('location site-on-n1 ip 100: n1');
    expect(draft.notes).toContain('site-on-n1 now applies to ip instead of site');
  });

  test('deleting a resource removes what would name nothing', () => {
    const draft = draftOf(WEB);
    draft.delete(['db']);
    expect(shown(draft).join('\n')).not.toMatch(/db-first|with-db/);
    expect(shown(draft)).toContain('tag all site');
    expect(draft.notes).toContain('db-first is removed with db');
  });

  test('a rename is followed everywhere', () => {
    const draft = draftOf(WEB);
    draft.rename('site', 'shop');
    expect(shown(draft)).toEqual(
      expect.arrayContaining([
        'group shop ip web',
        'order db-first db shop',
        'tag all shop db',
        'location site-on-n1 shop 100: n1',
      ]),
    );
  });

  test('grouping puts constraints on the group, but not those between its members', () => {
    const draft = draftOf('primitive a Dummy\nprimitive b Dummy\nlocation l a 100: n1\norder o a b');
    draft.put(parseStatement('group g a b'));
    expect(shown(draft)).toEqual(expect.arrayContaining(['location l g 100: n1', 'order o a b']));
  });

  test('a resource cannot be in two groups', () => {
    const draft = draftOf(WEB);
    expect(() => draft.put(parseStatement('group other web'))).toThrow('web is already in site');
  });

  test('an edited text may move members between groups, remove and add', () => {
    const draft = draftOf('primitive a Dummy\nprimitive b Dummy\nprimitive c Dummy\ngroup g a b\ngroup h c');
    draft.replaceSelection(['g', 'h', 'c'], parseStatements('group g a\ngroup h b d\nprimitive d Dummy'));
    expect(shown(draft)).toEqual([
      'primitive a Dummy',
      'primitive b Dummy',
      'primitive d Dummy',
      'group g a',
      'group h b d',
    ]);
  });

  test('options are merged, and the old name of a promotable clone is understood', () => {
    const draft = draftOf(`${WEB}property no-quorum-policy=stop\nprimitive s ocf:pacemaker:Stateful\nms m s`);
    expect(shown(draft)).toEqual(
      expect.arrayContaining([
        'property cib-bootstrap-options: fencing-enabled=true no-quorum-policy=stop',
        'clone m s meta promotable=true',
      ]),
    );
  });

  test('an option set under its old name is replaced under the current one', () => {
    const draft = draftOf(
      'property stonith-enabled=false no-quorum-policy=stop\nproperty fencing-enabled=true',
    );
    expect(shown(draft)).toEqual([
      'property cib-bootstrap-options: no-quorum-policy=stop fencing-enabled=true',
    ]);
  });
});

describe('hostile texts', () => {
  const words = [
    'primitive',
    'group',
    'clone',
    'location',
    'order',
    'colocation',
    'property',
    'node',
    'bundle',
    'alert',
    'role',
    'tag',
    'rsc_ticket',
    'fencing_topology',
    'xml',
    '<a/>',
    '<primitive id="x"/>',
    'a',
    'b:',
    'c=d',
    '$id=x',
    '$id-ref=y',
    '@z',
    'rule',
    'date',
    'in',
    'spec',
    'or',
    'and',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    'inf:',
    '-inf:',
    'op',
    'monitor',
    'params',
    'meta',
    'to',
    'select',
    'docker',
    'network',
    'storage-mapping',
    'pattern:',
    'attr:a=b',
    'read',
    '\\',
    '"',
    "'",
    '\n',
    '#x',
  ];

  test('are read or refused with a position, never anything else', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 14 }), (picked) => {
        try {
          const statements = parseStatements(picked.join(' '));
          const draft = new ConfigurationDraft();
          draft.replaceSelection([], statements);
          printConfiguration(draft.configuration());
        } catch (error) {
          if (!(error instanceof HoldfastError)) throw error;
        }
      }),
      { numRuns: 800 },
    );
  });

  test.each([
    ['backslashes', '\\'.repeat(500_000)],
    ['open quotes', 'primitive p Dummy params '.concat('a="b" '.repeat(50_000))],
    ['brackets', `order o Mandatory: ${'( a ) '.repeat(50_000)}`],
    ['conditions', `location l r rule ${'a eq b and '.repeat(50_000)}a eq b`],
    ['blanks', ' '.repeat(2_000_000)],
  ])('%s take time in proportion', (_, text) => {
    const start = performance.now();
    try {
      parseStatements(text);
    } catch (error) {
      expect(error).toBeInstanceOf(HoldfastError);
    }
    expect(performance.now() - start).toBeLessThan(4000);
  });
});

test('a hundred thousand lines are read in seconds and in proportion', () => {
  const text = Array.from(
    { length: 20_000 },
    (_, index) => `primitive r${index} Dummy \\\n  op monitor interval=10s`,
  ).join('\n');
  const start = performance.now();
  expect(parseStatements(text)).toHaveLength(20_000);
  expect(performance.now() - start).toBeLessThan(5000);
});
