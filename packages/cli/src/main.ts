// The program `holdfast`. Everything else is loaded after the compile cache is on, so that it is compiled once only.
import { enableCompileCache } from 'node:module';

enableCompileCache();
void main(process.argv.slice(2));

async function main(argv: readonly string[]): Promise<void> {
  const isQuick = argv[0] === 'status' && !process.env.HOLDFAST_CALLED_AS;
  if (isQuick) {
    const { quickStatus } = await import('./status/quick-status.ts');
    if (await quickStatus(argv)) return;
  }
  const { runCli } = await import('./run-cli.ts');
  await runCli(argv);
}
