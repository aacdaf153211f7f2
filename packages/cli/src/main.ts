// The program `holdfast`. Everything else is loaded after the compile cache is on, so that it is compiled once only.
import { enableCompileCache } from 'node:module';

enableCompileCache();
const [first] = process.argv.slice(2);
const isQuick = first === 'status' && !process.env.HOLDFAST_CALLED_AS;
const { quickStatus } = isQuick ? await import('./status/quick-status.ts') : { quickStatus: () => false };
if (!(await quickStatus(process.argv.slice(2)))) await import('./run-cli.ts');
