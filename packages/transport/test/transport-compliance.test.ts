import { transportComplianceChecks } from '@holdfast/ports';
import { describe, test } from 'vitest';
import { startMember, stopMembers, until } from './test-members.ts';

describe('the transport on libp2p', () => {
  const checks = transportComplianceChecks(async () => ({
    start: (name, handlers) => startMember(name, { handlers }),
    until: (condition) => until(condition),
    dispose: stopMembers,
  }));
  for (const check of checks) test(check.name, check.run);
});
