import { runAgent } from '@holdfast/agent-sdk';
import { filesystem } from './filesystem.ts';

await runAgent(filesystem);
