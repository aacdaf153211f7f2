// The example's second resource: counts how often each node has started the service. It reads the service's journal, so
// it has to run where the service runs and start after it.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const directory = process.argv[2];
if (!directory) throw new Error('usage: visitors.ts DATA_DIRECTORY');

function summarize(): void {
  const counts: Record<string, number> = {};
  for (const line of readFileSync(join(directory as string, 'journal.jsonl'), 'utf8').split('\n')) {
    if (line === '') continue;
    const { event, node } = JSON.parse(line) as { event: string; node: string };
    if (event === 'start') counts[node] = (counts[node] ?? 0) + 1;
  }
  const file = join(directory as string, 'starts.json');
  writeFileSync(`${file}.new`, JSON.stringify(counts));
  renameSync(`${file}.new`, file);
}

summarize();
setInterval(summarize, 1000);
process.on('SIGTERM', () => process.exit(0));
