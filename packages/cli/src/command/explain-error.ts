import { HoldfastError } from '@holdfast/model';

/**
 * An error as lines for people: what failed, the place in the text with a mark under it, why, and what to do.
 * `text` is what the position refers to.
 */
export function explainError(error: HoldfastError, text?: string): string[] {
  const lines = [`error: ${error.message}`];
  const { position } = error;
  const line = position && text !== undefined ? text.split('\n')[position.line - 1] : undefined;
  if (position && line !== undefined) {
    // A long line is cut so that the mark stays visible.
    const from = Math.max(0, position.column - 60);
    lines.push(`  ${line.slice(from, from + 100)}`, `  ${' '.repeat(position.column - 1 - from)}^`);
  }
  if (error.why) lines.push(`  why:  ${error.why}`);
  if (error.action) lines.push(`  do:   ${error.action}`);
  return lines;
}

/** What a command says as JSON when it fails. */
export function errorAsJson(error: unknown): unknown {
  if (error instanceof HoldfastError) return { error: error.toJSON() };
  return { error: { message: error instanceof Error ? error.message : String(error) } };
}
