import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { formatCib } from '@holdfast/model';
import * as policy from '@holdfast/policy-engine';
import { beforeAll, describe, expect, it } from 'vitest';
import { generateCluster } from '../conformance/scheduler/fuzz/generate-cluster.ts';
import { bundleForBrowser } from './bundle.ts';
import { loadPage, missingChromium } from './chromium.ts';

const LARGEST_BYTES = 500_000;
const SEEDS = 40;
const reason = missingChromium();

/** Simulates every document and writes the digest of all answers into the page. */
const PAGE = `<!doctype html><title>holdfast</title><pre id="result"></pre><script src="bundle.js"></script><script>
(async () => {
  const out = document.getElementById('result');
  try {
    const answers = [];
    for (const text of await (await fetch('documents.json')).json()) answers.push(simulateText(text));
    const bytes = new TextEncoder().encode(answers.join('\\n'));
    const digest = await crypto.subtle.digest('SHA-256', bytes);
    const hex = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    out.textContent = 'digest:' + hex;
  } catch (error) { out.textContent = 'error:' + error; }
})();
</script>`;

let bundle = '';
beforeAll(async () => {
  bundle = await bundleForBrowser();
}, 60_000);

describe('the policy engine in a browser', () => {
  it('is a bundle below 500 kB gzipped that needs nothing of Node', () => {
    const size = gzipSync(bundle).length;
    console.log(`bundle: ${bundle.length} bytes, ${size} gzipped`);
    expect(size).toBeLessThan(LARGEST_BYTES);
    expect(bundle).not.toMatch(/["']node:|\brequire\(|\bprocess\./);
  });

  it.skipIf(reason !== undefined)(
    `computes in Chromium what it computes here${reason === undefined ? '' : ` (skipped: ${reason})`}`,
    { timeout: 120_000 },
    async () => {
      const documents = Array.from({ length: SEEDS }, (_unused, index) =>
        formatCib(generateCluster(index + 1)),
      );
      const here = documents.map((text) => JSON.stringify(policy.simulateDocument(text, policy))).join('\n');
      const files: Record<string, [type: string, body: string]> = {
        '/': ['text/html', PAGE],
        '/bundle.js': ['text/javascript', bundle],
        '/documents.json': ['application/json', JSON.stringify(documents)],
      };
      const server = createServer((request, response) => {
        const [type, body] = files[request.url ?? ''] ?? ['text/plain', ''];
        response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body);
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      try {
        const page = await loadPage(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, 90_000);
        const digest = createHash('sha256').update(here).digest('hex');
        expect(/(?:digest|error):[^<]*/.exec(page)?.[0]).toBe(`digest:${digest}`);
      } finally {
        server.close();
        server.closeAllConnections();
      }
    },
  );
});
