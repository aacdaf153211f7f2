import { runAgent } from '@holdfast/agent-sdk';
import { database } from './database.ts';

await runAgent(database);
