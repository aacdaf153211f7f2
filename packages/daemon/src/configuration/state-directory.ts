import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * What one daemon keeps on disk:
 *
 *     STATE_DIR/            0750
 *       identity.key        private Ed25519 key, 0600
 *       store/              LevelDB: term, vote, log, snapshots, node-owned records
 *       agents/             HA_RSCTMP of the agents
 *
 * and beside the control socket, while it runs, `holdfastd.pid`.
 */
export interface StatePaths {
  readonly root: string;
  readonly identity: string;
  readonly store: string;
  readonly agents: string;
  readonly operations: string;
  readonly pidFile: string;
}

/** Paths of the daemon with this state directory and control socket. */
export function statePaths(stateDir: string, socket: string): StatePaths {
  return {
    root: stateDir,
    identity: join(stateDir, 'identity.key'),
    store: join(stateDir, 'store'),
    agents: join(stateDir, 'agents'),
    operations: join(stateDir, 'operations'),
    pidFile: join(dirname(socket), 'holdfastd.pid'),
  };
}

/** Creates the folders of the state directory and of the control socket. */
export function prepareDirectories(paths: StatePaths, socket: string): void {
  mkdirSync(paths.root, { recursive: true, mode: 0o750 });
  chmodSync(paths.root, 0o750);
  mkdirSync(paths.agents, { recursive: true, mode: 0o750 });
  mkdirSync(dirname(socket), { recursive: true, mode: 0o750 });
}

/** Written after the store's lock is held, so it always names the daemon that owns the state directory. */
export function writePidFile(paths: StatePaths, pid: number): void {
  writeFileSync(paths.pidFile, `${pid}\n`, { mode: 0o644 });
}

/** Removes the PID file if it still names this process. */
export function removePidFile(paths: StatePaths, pid: number): void {
  try {
    if (readFileSync(paths.pidFile, 'utf8').trim() === String(pid)) rmSync(paths.pidFile);
  } catch {
    // Nothing to remove: an operator or an emptied state directory was faster.
  }
}
