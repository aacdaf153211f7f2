import type { AgentRun } from '@holdfast/ports';
import type { SpawnReport } from '../spawner/spawn-protocol.ts';
import type { AgentLocator } from './agent-locator.ts';
import { OCF } from './ocf-codes.ts';
import { ocfEnvironment } from './ocf-environment.ts';

/** How to run an agent of some class, and how to read its ending as an OCF exit code. */
export interface Invocation {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** OCF exit code for an ended program. */
  readonly exitCode: (code: number, report: SpawnReport) => number;
}

/** Why there is nothing to run. */
export interface NoInvocation {
  readonly rcCode: number;
  readonly reason: string;
}

/** Where things are on this host. */
export interface InvocationHost {
  readonly locator: AgentLocator;
  /** Path of systemctl; undefined where systemd is not running. */
  readonly systemctl: string | undefined;
}

/** Finds how to run an agent. Nothing is executed. */
export function invocationFor(run: AgentRun, host: InvocationHost): Invocation | NoInvocation {
  switch (run.class) {
    case 'ocf':
      return ocfInvocation(run, host.locator);
    case 'systemd':
      return systemdInvocation(run, host.systemctl);
    case 'lsb':
      return lsbInvocation(run, host.locator);
    case 'service':
      // Pacemaker's rule: the first of lsb and systemd that knows the name.
      return host.locator.lsb(run.type) === undefined
        ? systemdInvocation(run, host.systemctl)
        : lsbInvocation(run, host.locator);
    default:
      return { rcCode: OCF.notInstalled, reason: `agents of class ${run.class} cannot be run` };
  }
}

function ocfInvocation(run: AgentRun, locator: AgentLocator): Invocation | NoInvocation {
  const provider = run.provider ?? 'heartbeat';
  const file = locator.ocf(provider, run.type);
  if (file === undefined) {
    return { rcCode: OCF.notInstalled, reason: `there is no executable agent ocf:${provider}:${run.type}` };
  }
  return { file, args: [run.operation], env: ocfEnvironment({ ...run, provider }), exitCode: (code) => code };
}

/** Exit codes of the `status` action by the Linux Standard Base; other actions use the OCF numbers. */
const LSB_STATUS: Readonly<Record<number, number>> = {
  0: OCF.ok,
  1: OCF.notRunning,
  2: OCF.notRunning,
  3: OCF.notRunning,
  150: OCF.notInstalled,
  151: OCF.permission,
};
const LSB_ACTIONS: Readonly<Record<string, string>> = {
  start: 'start',
  stop: 'stop',
  monitor: 'status',
  restart: 'restart',
  'reload-agent': 'reload',
};

function lsbInvocation(run: AgentRun, locator: AgentLocator): Invocation | NoInvocation {
  const file = locator.lsb(run.type);
  if (file === undefined) return { rcCode: OCF.notInstalled, reason: `there is no init script ${run.type}` };
  const action = LSB_ACTIONS[run.operation];
  if (action === undefined) return unimplemented(run);
  return {
    file,
    args: [action],
    env: {},
    exitCode: (code) => {
      if (action === 'status') return LSB_STATUS[code] ?? OCF.genericError;
      return code <= OCF.notRunning ? code : OCF.genericError;
    },
  };
}

const SYSTEMD_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  start: ['start'],
  stop: ['stop'],
  restart: ['restart'],
  'reload-agent': ['reload'],
  monitor: ['show', '--property=LoadState', '--property=ActiveState', '--property=SubState', '--no-pager'],
};

function systemdInvocation(run: AgentRun, systemctl: string | undefined): Invocation | NoInvocation {
  if (systemctl === undefined)
    return { rcCode: OCF.notInstalled, reason: 'systemd is not running on this host' };
  const action = SYSTEMD_ACTIONS[run.operation];
  if (action === undefined) return unimplemented(run);
  const unit = /\.(service|socket|mount|timer|path|target|slice|automount)$/.test(run.type)
    ? run.type
    : `${run.type}.service`;
  return {
    file: systemctl,
    args: [...action, '--', unit],
    env: { SYSTEMD_COLORS: '0', SYSTEMD_PAGER: '' },
    exitCode: (code, report) =>
      run.operation === 'monitor' ? systemdState(code, report.stdout) : systemctlCode(code),
  };
}

function systemctlCode(code: number): number {
  // 5 is the standard base's "not installed", which systemctl gives for an unknown unit.
  if (code === 0 || code === OCF.notInstalled || code === OCF.permission) return code;
  return OCF.genericError;
}

function systemdState(code: number, output: string): number {
  if (code !== 0) return OCF.genericError;
  const load = /^LoadState=(.*)$/m.exec(output)?.[1];
  const active = /^ActiveState=(.*)$/m.exec(output)?.[1];
  // A unit that ends over and over is "activating" between two attempts: it has failed, and will run again by itself.
  if (/^SubState=auto-restart/m.test(output)) return OCF.genericError;
  switch (active) {
    case 'active':
    case 'reloading':
    case 'refreshing':
    case 'activating':
    // A unit that is being stopped still runs.
    case 'deactivating':
      return OCF.ok;
    default:
      // Only now: a unit whose file was removed while it ran is "not found" and still runs.
      return load === 'not-found' ? OCF.notInstalled : OCF.notRunning;
  }
}

function unimplemented(run: AgentRun): NoInvocation {
  return { rcCode: OCF.unimplemented, reason: `${run.class} services have no action ${run.operation}` };
}
