/** What is wrong with a piece of a document, and how many `&` stand before the wrong one. */
export interface TextProblem {
  readonly problem: string;
  readonly ampersands: number;
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/**
 * The characters that a text stands for: references replaced, line ends made `\n` (XML 1.0 section 2.11); in an
 * attribute every white space character that is written as such becomes a space (section 3.3.3).
 */
export function decodeText(raw: string, inAttribute: boolean): string | TextProblem {
  let text = raw.replace(/\r\n?/g, '\n');
  if (inAttribute) text = text.replace(/[\t\n]/g, ' ');
  if (!text.includes('&')) return text;
  let result = '';
  let from = 0;
  let ampersands = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', from)) {
    const end = text.indexOf(';', at);
    const name = end < 0 || end - at > 12 ? undefined : text.slice(at + 1, end);
    const value = name === undefined ? undefined : referenced(name);
    if (value === undefined) {
      return { problem: name === undefined ? 'a lone &' : `&${name}; is not defined`, ampersands };
    }
    result += text.slice(from, at) + value;
    from = end + 1;
    ampersands++;
  }
  return result + text.slice(from);
}

function referenced(name: string): string | undefined {
  if (!name.startsWith('#')) return ENTITIES.get(name);
  const match = /^#(?:(\d+)|x([0-9a-fA-F]+))$/.exec(name);
  if (match === null) return undefined;
  const code = match[1] === undefined ? Number.parseInt(match[2] as string, 16) : Number(match[1]);
  return isCharacter(code) ? String.fromCodePoint(code) : undefined;
}

/** XML 1.0 production 2: what may be in a document at all. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 9 || code === 10 || code === 13;
  return code <= 0xd7ff || (code >= 0xe000 && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff);
}
