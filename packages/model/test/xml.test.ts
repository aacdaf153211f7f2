import { describe, expect, it } from 'vitest';
import { HoldfastError, readXml, type XmlElement } from '../src/index.ts';

function errorOf(text: string | Uint8Array): HoldfastError {
  try {
    readXml(text);
  } catch (error) {
    if (error instanceof HoldfastError) return error;
  }
  throw new Error('no error');
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('reading XML', () => {
  it('knows references, CDATA, comments, both quotes and line ends', () => {
    const root = readXml(
      `\uFEFF<?xml version="1.0"?>\r\n<!-- <a> -->\n<a x='1 &lt; "2"' y="&#x48;&#105;&#10;\tz"><![CDATA[<b>]]>&amp;c\r\n<d/><!-- - --></a>\n<!-- end -->`,
    );
    expect(root).toMatchObject({ name: 'a', attributes: { x: '1 < "2"', y: 'Hi\n z' }, line: 3, column: 1 });
    expect(root.text).toBe('<b>&c\n');
    expect(root.children).toMatchObject([{ name: 'd', line: 4 }]);
  });

  it('takes any name of an attribute as a name', () => {
    const root = readXml('<a __proto__="1" constructor="2" toString="3" größe="4"/>');
    expect(Object.keys(root.attributes)).toEqual(['__proto__', 'constructor', 'toString', 'größe']);
    expect(readXml('<a/>').attributes['constructor']).toBeUndefined();
  });

  it('reads elements that look alike at first and differ then', () => {
    const root = readXml(
      '<r><e a="1" b="2" c="3"/><e b="2" c="3"/><e a="1" c="3" b="2"/><e a="12" b="" c="3&amp;"/><e/><e a="1"b="2"/></r>'.replace(
        '"1"b',
        '"1" b',
      ),
    );
    expect(root.children.map(({ attributes }) => Object.entries(attributes).join(';'))).toEqual([
      'a,1;b,2;c,3',
      'b,2;c,3',
      'a,1;c,3;b,2',
      'a,12;b,;c,3&',
      '',
      'a,1;b,2',
    ]);
  });

  it('reads bytes as it reads text, wherever they are cut', () => {
    const item = (i: number): string =>
      `<ü i="${i}" t='€${'x'.repeat(i % 97)}'>${i % 5 === 0 ? '<![CDATA[]]]>' : 'ä&lt;'}<!-- ${'-é '.repeat(i % 3)}--></ü>\n`;
    const text = `<r>${Array.from({ length: 40_000 }, (_unused, i) => item(i)).join('')}</r>`;
    expect(bytes(text).length).toBeGreaterThan(3 * 1024 * 1024);
    const flat = (root: XmlElement): string => JSON.stringify(root);
    expect(flat(readXml(bytes(text)))).toBe(flat(readXml(text)));
  });

  it('reads one value or comment of many megabytes in proportion', () => {
    const long = 'v'.repeat(20_000_000);
    const started = performance.now();
    expect(readXml(bytes(`<a b="${long}"/>`)).attributes['b']?.length).toBe(long.length);
    expect(readXml(bytes(`<a><!-- ${long} --></a>`)).name).toBe('a');
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it('finds what differs between two tags wherever it is', () => {
    const variants = [
      'a="1" b="22" c="333"',
      'a="1" b="2" c="333"',
      "a='1' b=\"22\" c='333'",
      'a="1"  b="22" c="333" ',
      'a="1" c="333"',
      'b="22" c="333"',
      'a="1" b="22" x="" c="333"',
      'c="333" b="22" a="1"',
      'a="1" b="22" c="3&#51;3"',
      'aa="1" b="22" c="333"',
      '',
    ];
    const expected = (text: string): [string, string][] =>
      [...text.matchAll(/(\w+)=["'](.*?)["']/g)].map(([, name, value]) => [
        name ?? '',
        (value ?? '').replace('&#51;', '3'),
      ]);
    for (const first of variants) {
      for (const second of variants) {
        const root = readXml(`<r><e ${first}/><e ${second}/><e ${first}/></r>`);
        expect(root.children.map(({ attributes }) => Object.entries(attributes))).toEqual(
          [first, second, first].map(expected),
        );
      }
    }
  });

  it('refuses what is not UTF-8, wherever it stands', () => {
    for (const around of [
      '<a b="#"/>',
      '<a>#</a>',
      '<a><!--#--></a>',
      '<a><?#?></a>',
      '<a><![CDATA[#]]></a>',
      '<a#/>',
    ]) {
      for (const wrong of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xe2, 0x82]]) {
        const [before, after] = around.split('#').map(bytes) as [Uint8Array, Uint8Array];
        const error = errorOf(new Uint8Array([...before, ...wrong, ...after]));
        expect(error.message, around).toMatch(/not UTF-8/);
        expect(error.position?.line, around).toBe(1);
      }
    }
  });

  it('bounds the attributes of an element', () => {
    const attributes = (count: number): string =>
      Array.from({ length: count }, (_unused, i) => `a${i}=""`).join(' ');
    expect(Object.keys(readXml(`<a ${attributes(1000)}/>`).attributes).length).toBe(1000);
    expect(errorOf(`<a ${attributes(1_000_000)}/>`)).toMatchObject({ code: 'XML_LIMIT' });
  });

  it('says where and what is wrong', () => {
    const cases: [text: string, problem: RegExp, line: number, column: number][] = [
      ['<a>\n  <b></a>', /closing tag of a: b is open/, 2, 6],
      ['<a>\n</a><b/>', /more than one root/, 2, 5],
      ['<a b="1"\n b="2"/>', /there twice/, 2, 2],
      ['<a b=1/>', /not quoted/, 1, 6],
      ['<a b/>', /no value/, 1, 5],
      ['<a b="<"/>', /has a </, 1, 7],
      ['<a b="1"c="2"/>', /no space/, 1, 9],
      ['<a>&nbsp;</a>', /&nbsp; is not defined/, 1, 4],
      ['<a>&#0;</a>', /not defined/, 1, 4],
      ['<a b="\u0001"/>', /control character/, 1, 7],
      ['text', /outside of the root/, 1, 1],
      ['<a', /within a tag/, 1, 1],
      ['<a b="', /within a tag/, 1, 1],
      ['<a><!-- ', /within a tag/, 1, 4],
      ['<a>', /a is not closed/, 1, 4],
      [' \n', /empty/, 2, 1],
      ['<!DOCTYPE a>', /document type/, 1, 1],
      ['<a>\u0002</a>', /control character/, 1, 4],
      ['<é/>\n<ü t="€ 💥"x/>', /no space/, 2, 12],
    ];
    for (const [text, problem, line, column] of cases) {
      for (const input of [text, bytes(text)]) {
        const error = errorOf(input);
        expect(error.message, text).toMatch(problem);
        expect(error.position, text).toMatchObject({ line, column });
      }
    }
  });
});
