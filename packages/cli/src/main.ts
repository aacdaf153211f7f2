// The program `holdfast`. Everything else is loaded after the compile cache is on, so that it is compiled once only.
import { enableCompileCache } from 'node:module';

enableCompileCache();
await import('./run-cli.ts');
