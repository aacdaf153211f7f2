import { readFileSync } from 'node:fs';
import {
  type CibWarning,
  type Configuration,
  ConfigurationDraft,
  formatPosition,
  HoldfastError,
  parseCib,
  parseStatements,
} from '@holdfast/model';

/**
 * Reads a text that holds statements or a CIB as XML. What no schema of a CIB allows is told to `onStructure`, if given.
 * @throws HoldfastError with the position
 */
export function readConfigurationText(
  text: string,
  source?: string,
  onStructure?: (problem: string) => void,
): Configuration {
  const named = source === undefined ? {} : { source };
  if (isXml(text)) {
    const tell = onStructure && {
      onStructure: ({ problem, position }: CibWarning) =>
        onStructure(`${problem} (${formatPosition(position)})`),
    };
    return parseCib(text, { ...named, ...tell }).configuration;
  }
  const draft = new ConfigurationDraft();
  draft.replaceSelection([], parseStatements(text, named));
  return draft.configuration();
}

/** True when a text is XML and not statements. */
export function isXml(text: string): boolean {
  return text.trimStart().startsWith('<');
}

/** Reads a file, or standard input for `-`. @throws HoldfastError FILE_UNREADABLE */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch {
    throw new HoldfastError('FILE_UNREADABLE', { path: file });
  }
}
