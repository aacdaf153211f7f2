import { runAgent } from '@holdfast/agent-sdk';
import { vip } from './vip.ts';

await runAgent(vip);
