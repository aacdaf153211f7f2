import { openStore } from '../src/index.ts';

// Writes sequenced records and entries without end and prints each number once it is acknowledged. Started
// by tests
// that kill it. With a second argument, stops by itself after that many.
const [path, limitText] = process.argv.slice(2);
if (!path) throw new Error('usage: writer-process PATH [LIMIT]');
const limit = Number(limitText ?? Number.MAX_SAFE_INTEGER);
try {
  const store = await openStore({ path });
  const { entries } = await store.load();
  let next = (entries.at(-1)?.index ?? 0) + 1;
  const stopAt = next + limit;
  const client = async (): Promise<void> => {
    while (next < stopAt) {
      const index = next;
      next += 1;
      const size = 20 + ((index * 7919) % 2000);
      await store.write([
        {
          op: 'append',
          entries: [{ index, term: 1, kind: 'command', payload: `${index} ${'x'.repeat(size)}` }],
        },
        { op: 'put', key: `record-${index % 10}`, value: index },
      ]);
      process.stdout.write(`${index}\n`);
    }
  };
  await Promise.all([client(), client(), client()]);
  await store.close();
} catch (error) {
  process.stdout.write(`failed ${(error as { code?: string }).code} ${(error as Error).message}\n`);
  process.exitCode = 1;
}
