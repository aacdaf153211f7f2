/** Lines of crmsh scripts that move between levels or commit; here everything is one level and one commit. */
const SHELL_LINE = /^[ \t]*(?:configure|commit(?:[ \t]+force)?|verify|quit|exit|bye|end|up|cd\b.*)[ \t]*$/gm;

/**
 * A script for the interactive shell as plain statements: lines that only steer the shell become empty, so that
 * positions in errors stay those of the script.
 */
export function scriptStatements(text: string): string {
  return text.replace(SHELL_LINE, '');
}
