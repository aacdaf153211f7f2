/** Flags that may stand before, in or behind a statement, and whether they take a value. */
const KNOWN: ReadonlyMap<string, boolean> = new Map([
  ['--socket', true],
  ['--timeout', true],
  ['--json', false],
  ['--dry-run', false],
  ['--help', false],
]);

/** Separates the command's own flags from the words of a statement, which may also begin with a hyphen. */
export function takeFlags(argv: readonly string[]): { flags: string[]; words: string[] } {
  const flags: string[] = [];
  const words: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    const [name = ''] = word.split('=');
    const takesValue = KNOWN.get(name);
    if (takesValue === undefined) {
      words.push(word);
      continue;
    }
    flags.push(word);
    if (takesValue && !word.includes('=') && argv[index + 1] !== undefined) flags.push(argv[++index] ?? '');
  }
  return { flags, words };
}
