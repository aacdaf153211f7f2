import type { ControlClient, StatusReport } from '@holdfast/client';
import { Flags } from '@oclif/core';
import { explainState } from '../status/resource-state.ts';
import { waitForStatus } from '../status/wait-for-status.ts';
import { EditCommand } from './edit-command.ts';

/** A command about a resource that may wait until the cluster has done what was asked. */
export abstract class ResourceCommand extends EditCommand {
  static override baseFlags = {
    ...EditCommand.baseFlags,
    wait: Flags.integer({
      description: 'seconds to wait until it is done; 0 does not wait',
      default: 60,
      min: 0,
    }),
  };

  /** Waits for a condition about a resource. @throws HoldfastError TIMEOUT with why it is not met */
  protected async waitFor(
    client: ControlClient,
    waitS: number,
    resource: string,
    operation: string,
    condition: (status: StatusReport) => boolean,
  ): Promise<StatusReport> {
    return waitForStatus(client, condition, {
      timeoutMs: waitS * 1000,
      operation,
      problem: (status) => explainState(status, resource),
    });
  }
}
