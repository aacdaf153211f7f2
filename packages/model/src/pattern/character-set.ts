import { PatternError } from './pattern-error.ts';

/** Characters by code point. */
export interface CharacterSet {
  readonly negated: boolean;
  readonly ranges: readonly (readonly [low: number, high: number])[];
}

export function contains(set: CharacterSet, code: number): boolean {
  for (const [low, high] of set.ranges) if (code >= low && code <= high) return !set.negated;
  return set.negated;
}

export function singleCharacter(char: string): CharacterSet {
  const code = codeOf(char);
  return { negated: false, ranges: [[code, code]] };
}

function codeOf(char: string): number {
  return char.codePointAt(0) as number;
}

const CLASSES: Readonly<Record<string, CharacterSet['ranges']>> = {
  alpha: [
    [65, 90],
    [97, 122],
  ],
  digit: [[48, 57]],
  alnum: [
    [48, 57],
    [65, 90],
    [97, 122],
  ],
  upper: [[65, 90]],
  lower: [[97, 122]],
  space: [
    [9, 13],
    [32, 32],
  ],
  blank: [
    [9, 9],
    [32, 32],
  ],
  punct: [
    [33, 47],
    [58, 64],
    [91, 96],
    [123, 126],
  ],
  print: [[32, 126]],
  graph: [[33, 126]],
  cntrl: [
    [0, 31],
    [127, 127],
  ],
  xdigit: [
    [48, 57],
    [65, 70],
    [97, 102],
  ],
};

/**
 * Reads what follows a `[` up to its `]`: single characters, ranges, `[:classes:]`, and the forms `[=x=]` and `[.x.]`
 * of single characters. A backslash is a character like any other.
 * @throws PatternError
 */
export function parseBracket(
  text: readonly string[],
  from: number,
): { readonly set: CharacterSet; readonly end: number } {
  let at = from;
  const negated = text[at] === '^';
  if (negated) at++;
  const ranges: (readonly [number, number])[] = [];
  for (let first = true; first || text[at] !== ']'; first = false) {
    if (text[at] === undefined) throw new PatternError('a [ is not closed');
    if (text[at] === '[' && text[at + 1] === ':') {
      const { name, end } = named(text, at, ':');
      const found = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
      if (found === undefined) throw new PatternError(`there is no class of characters ${name}`);
      ranges.push(...found);
      at = end;
      if (text[at] === '-' && text[at + 1] !== ']') throw new PatternError('a range is wrong');
      continue;
    }
    const low = element(text, at);
    at = low.end;
    if (text[at] !== '-' || text[at + 1] === ']' || text[at + 1] === undefined) {
      ranges.push([low.code, low.code]);
      continue;
    }
    const high = element(text, at + 1);
    if (low.isClass || high.isClass || high.code < low.code) throw new PatternError('a range is wrong');
    ranges.push([low.code, high.code]);
    at = high.end;
  }
  return { set: { negated, ranges }, end: at + 1 };
}

function element(text: readonly string[], at: number): { code: number; end: number; isClass: boolean } {
  const mark = text[at + 1];
  if (text[at] !== '[' || (mark !== '.' && mark !== '=')) {
    if (text[at] === '[' && mark === ':') throw new PatternError('a range is wrong');
    return { code: codeOf(text[at] as string), end: at + 1, isClass: false };
  }
  const { name, end } = named(text, at, mark);
  if ([...name].length !== 1) throw new PatternError(`there is no character ${name}`);
  return { code: codeOf(name), end, isClass: mark === '=' };
}

/** `[:name:]` and its like. */
function named(text: readonly string[], at: number, mark: string): { name: string; end: number } {
  let end = at + 2;
  while (end < text.length && !(text[end] === mark && text[end + 1] === ']')) end++;
  if (end >= text.length) throw new PatternError('a [ is not closed');
  return { name: text.slice(at + 2, end).join(''), end: end + 2 };
}
