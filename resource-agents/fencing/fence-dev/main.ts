import { runFenceAgent } from '@holdfast/agent-sdk';
import { fenceDev } from './fence-dev.ts';

await runFenceAgent(fenceDev);
