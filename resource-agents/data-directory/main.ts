import { runAgent } from '@holdfast/agent-sdk';
import { dataDirectory } from './data-directory.ts';

await runAgent(dataDirectory);
