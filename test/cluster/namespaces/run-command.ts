import { type ChildProcess, execFile, spawn } from 'node:child_process';

/** Runs a program to its end and gives its standard output. @throws Error with what it printed when it fails */
export function run(command: string, args: readonly string[], timeoutMs = 20_000): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: timeoutMs, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(' ')}: ${stderr || stdout || error.message}`));
      else resolve(stdout);
    });
  });
}

/** Starts a program whose lines of output are given one by one until it is killed. */
export function follow(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let rest = '';
  child.stdout.on('data', (data) => {
    const lines = (rest + data).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  child.on('error', () => undefined);
  return child;
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** Asks until there is an answer. @throws Error that says what was waited for and the last problem */
export async function until<T>(
  what: string,
  timeoutMs: number,
  ask: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let problem = 'it has not happened';
  while (performance.now() < deadlineMs) {
    try {
      const answer = await ask();
      if (answer !== undefined && answer !== false) return answer;
    } catch (error) {
      problem = error instanceof Error ? error.message : String(error);
    }
    await pause(50);
  }
  throw new Error(`${what}: not within ${timeoutMs} ms: ${problem}`);
}
