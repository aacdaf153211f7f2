import { runAgent } from '@holdfast/agent-sdk';
import { endpoint } from './endpoint.ts';

await runAgent(endpoint);
