/**
 * The words of a command line as the text of a statement. One word with blanks in it is taken as the text itself, so
 * that both `configure primitive web Dummy` and `configure "primitive web Dummy"` work.
 */
export function statementText(words: readonly string[]): string {
  const [only] = words;
  if (words.length === 1 && only !== undefined && /\s/.test(only)) return only;
  return words.map(asWord).join(' ');
}

/** Quotes what the shell has unquoted. */
function asWord(text: string): string {
  if (/^[^\s"'\\]+$/.test(text)) return text;
  const named = /^([^=\s"']+)=(.*)$/s.exec(text);
  return named ? `${named[1]}=${quoted(named[2] ?? '')}` : quoted(text);
}

function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}
