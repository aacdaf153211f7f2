import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Why there is no browser here, or undefined. */
export function missingChromium(): string | undefined {
  const found = spawnSync('chromium', ['--version'], { encoding: 'utf8', timeout: 20_000 });
  return found.status === 0 ? undefined : 'chromium is not installed';
}

/** Loads a page in a browser of its own and gives the document as it is after its scripts ran. */
export async function loadPage(url: string, timeoutMs: number): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'holdfast-chromium-'));
  const args = [...FLAGS, `--user-data-dir=${profile}`, '--virtual-time-budget=20000', '--dump-dom', url];
  try {
    return await new Promise<string>((resolve, reject) => {
      const browser = spawn('chromium', args, { stdio: ['ignore', 'pipe', 'ignore'], timeout: timeoutMs });
      let text = '';
      browser.stdout.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      browser.on('error', reject);
      browser.on('close', (code) =>
        code === 0 ? resolve(text) : reject(new Error(`chromium ended with ${code}: ${text.slice(0, 200)}`)),
      );
    });
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}
