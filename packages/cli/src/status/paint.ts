/** Colours a text; a function of the same kind leaves it as it is where colours are off. */
export interface Paint {
  good(text: string): string;
  warn(text: string): string;
  bad(text: string): string;
  dim(text: string): string;
  bold(text: string): string;
}

const wrap =
  (code: number) =>
  (text: string): string =>
    `\u001b[${code}m${text}\u001b[0m`;
const same = (text: string): string => text;

/** Colours for a terminal, or none. */
export function paint(enabled: boolean): Paint {
  if (!enabled) return { good: same, warn: same, bad: same, dim: same, bold: same };
  return { good: wrap(32), warn: wrap(33), bad: wrap(31), dim: wrap(2), bold: wrap(1) };
}

/** Colours are used on a terminal only, and not where NO_COLOR says otherwise (no-color.org). */
export function wantsColour(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return stream.isTTY === true && !environment.NO_COLOR && environment.TERM !== 'dumb';
}
