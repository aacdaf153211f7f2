import { execFile } from 'node:child_process';
import { AgentError } from './exit-code.ts';
import type { Parameters, ParameterValues } from './parameter.ts';

/** How a command ended. */
export interface CommandResult {
  /** Exit code; 127 when the command was not found, 128 when it was ended by a signal or timed out. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface CommandOptions {
  /** @default 10000 */
  readonly timeoutMs?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

const COMMAND_TIMEOUT_MS = 10_000;
const COMMAND_MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 20_000;

/** What an action may know and use. */
export class AgentContext<P extends Parameters = Parameters> {
  readonly parameters: ParameterValues<P>;
  readonly operation: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** One line for the daemon's log. */
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  readonly #startedAtMs = performance.now();

  constructor(options: {
    parameters: ParameterValues<P>;
    operation: string;
    environment: Readonly<Record<string, string | undefined>>;
    log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  }) {
    this.parameters = options.parameters;
    this.operation = options.operation;
    this.environment = options.environment;
    this.log = options.log;
  }

  /** Name of the resource, OCF_RESOURCE_INSTANCE. */
  get instance(): string {
    return this.environment.OCF_RESOURCE_INSTANCE ?? 'default';
  }

  /** Name of the node the action runs on, as the cluster knows it. */
  get nodeName(): string | undefined {
    return this.meta('on_node');
  }

  /** Time the cluster gives this action. */
  get timeoutMs(): number {
    return Number(this.meta('timeout') ?? DEFAULT_TIMEOUT_MS);
  }

  /** Time left of it, less a margin for the agent's own ending. */
  get remainingMs(): number {
    const marginMs = Math.min(1000, this.timeoutMs / 10);
    return Math.max(0, Math.floor(this.timeoutMs - marginMs - (performance.now() - this.#startedAtMs)));
  }

  /** Interval of a recurring monitor; 0 otherwise. */
  get intervalMs(): number {
    return Number(this.meta('interval') ?? 0);
  }

  /** True for a monitor that only asks whether the resource is active here. */
  get isProbe(): boolean {
    return this.operation === 'monitor' && this.intervalMs === 0;
  }

  /** How thorough a monitor should be: 0, 10 or 20. */
  get checkLevel(): number {
    return Number(this.environment.OCF_CHECK_LEVEL ?? 0);
  }

  /** Where state that must not outlive a reboot is kept. */
  get runFolder(): string {
    return this.environment.HA_RSCTMP ?? '/run/resource-agents';
  }

  /** A `CRM_meta_` value by its name without the prefix. */
  meta(name: string): string | undefined {
    return this.environment[`OCF_RESKEY_CRM_meta_${name}`];
  }

  /** Runs a command and waits for it. Never throws for a failed command: look at the code. */
  run(command: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
    const { timeoutMs = COMMAND_TIMEOUT_MS, env, ...more } = options;
    return new Promise((resolve) => {
      const settings = {
        ...more,
        env: { ...this.environment, ...env },
        timeout: Math.max(1, Math.round(timeoutMs)),
        killSignal: 'SIGKILL' as const,
        maxBuffer: COMMAND_MAX_OUTPUT_BYTES,
      };
      execFile(command, args, settings, (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 128;
        resolve({ code: error?.code === 'ENOENT' ? 127 : code, stdout, stderr });
      });
    });
  }

  /** As run(), but a failure is thrown with what the command said. @throws AgentError */
  async runChecked(command: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
    const result = await this.run(command, args, options);
    if (result.code === 0) return result.stdout;
    const said = (result.stderr.trim() || result.stdout.trim()).split('\n').at(-1);
    throw new AgentError(
      `${command} ${args.join(' ')} failed with code ${result.code}${said ? `: ${said}` : ''}`,
    );
  }

  /** Asks again and again until the answer is true. @returns false when the time is over */
  async waitUntil(
    condition: () => boolean | Promise<boolean>,
    timeoutMs = this.remainingMs,
  ): Promise<boolean> {
    const endMs = performance.now() + timeoutMs;
    // Short at first, since most things come up at once, and failover waits for them.
    for (let pauseMs = 10; ; pauseMs = Math.min(pauseMs * 1.5, 250)) {
      if (await condition()) return true;
      if (performance.now() + pauseMs > endMs) return false;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}
