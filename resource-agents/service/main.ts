import { runAgent } from '@holdfast/agent-sdk';
import { service } from './service.ts';

await runAgent(service);
