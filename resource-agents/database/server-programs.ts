import { accessSync, constants, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentContext,
  ArgumentError,
  type CommandResult,
  NotInstalledError,
  type Parameter,
} from '@holdfast/agent-sdk';

const PROGRAM_FOLDERS = '/usr/lib/postgresql';

/** What is needed to know of a server to run its programs. */
export type ServerContext = AgentContext<{
  readonly pgdata: Parameter<string>;
  readonly bindir: Parameter<string | undefined>;
  readonly user: Parameter<string>;
}>;

/** Runs a PostgreSQL program as the server's user. @throws NotInstalledError, ArgumentError */
export async function asServer(
  context: ServerContext,
  program: string,
  args: readonly string[],
  timeoutMs = 10_000,
): Promise<CommandResult> {
  const options = { ...(await identityOf(context)), cwd: '/', timeoutMs };
  return context.run(join(programFolder(context), program), args, options);
}

/** User and group of the server; PostgreSQL refuses to run as root. @throws ArgumentError */
export async function identityOf(context: ServerContext): Promise<{ uid?: number; gid?: number }> {
  if (process.getuid?.() !== 0) return {};
  const { user } = context.parameters;
  // Once by `id`, which knows every source of users, and then from the data directory, which it owns.
  try {
    const { uid, gid } = statSync(join(context.parameters.pgdata, 'PG_VERSION'));
    if (uid !== 0) return { uid, gid };
  } catch {
    // There is no data directory yet.
  }
  const result = await context.run('id', ['-u', user]);
  const group = await context.run('id', ['-g', user]);
  if (result.code !== 0 || group.code !== 0) throw new ArgumentError(`there is no user ${user} on this host`);
  return { uid: Number(result.stdout), gid: Number(group.stdout) };
}

/** Folder of the programs. @throws NotInstalledError */
export function programFolder(context: ServerContext): string {
  const { bindir, pgdata } = context.parameters;
  const candidates =
    bindir === undefined
      ? [...versionFolders(pgdata), ...(context.environment.PATH ?? '').split(':')]
      : [bindir];
  const found = candidates.find((folder) => folder !== '' && isExecutable(join(folder, 'pg_ctl')));
  if (found === undefined) throw new NotInstalledError(`there is no pg_ctl in ${bindir ?? PROGRAM_FOLDERS}`);
  return found;
}

/** The folder for the version of the data directory; for none yet, all, newest first. */
function versionFolders(pgdata: string): string[] {
  try {
    return [join(PROGRAM_FOLDERS, readFileSync(join(pgdata, 'PG_VERSION'), 'utf8').trim(), 'bin')];
  } catch {
    // Either new or on a filesystem that is not mounted here.
  }
  try {
    const versions = readdirSync(PROGRAM_FOLDERS).sort((a, b) => Number(b) - Number(a));
    return versions.map((version) => join(PROGRAM_FOLDERS, version, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
