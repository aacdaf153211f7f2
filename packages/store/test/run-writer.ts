import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export interface Writer {
  readonly child: ChildProcess;
  /** Highest number acknowledged so far. */
  readonly acknowledged: () => number;
  readonly output: () => string;
  /** Resolves to the exit code or the signal's name. */
  readonly ended: Promise<number | string>;
}

/** Starts the writer on a store. */
export function runWriter(
  path: string,
  options: { limit?: number; env?: Record<string, string> } = {},
): Writer {
  const script = fileURLToPath(new URL('writer-process.ts', import.meta.url));
  const limit = options.limit === undefined ? [] : [String(options.limit)];
  const child = spawn(process.execPath, ['--conditions=source', script, path, ...limit], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', ...options.env },
  });
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  const acknowledged = (): number => {
    const complete = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
    return complete.reduce((highest, line) => Math.max(highest, Number(line) || 0), 0);
  };
  return { child, acknowledged, output: () => output, ended };
}

/** Waits until the condition holds. */
export async function until(condition: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error('waited too long');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
