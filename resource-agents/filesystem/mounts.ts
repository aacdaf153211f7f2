import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** A mounted filesystem, as /proc/self/mountinfo shows it (proc(5)). */
export interface Mount {
  readonly directory: string;
  readonly fstype: string;
  /** Device, `host:/path`, or a name. */
  readonly source: string;
  readonly options: readonly string[];
}

/** All mounts, in the order they were made. */
export function listMounts(mountinfo = readFileSync('/proc/self/mountinfo', 'utf8')): Mount[] {
  return mountinfo
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const fields = before.split(' ');
      const [fstype = '', source = '', superOptions = ''] = after.split(' ');
      return {
        directory: unescapeOctal(fields[4] ?? ''),
        fstype,
        source: unescapeOctal(source),
        options: [...(fields[5] ?? '').split(','), ...superOptions.split(',')],
      };
    });
}

/** The kernel writes blanks, tabs, line breaks and backslashes of paths as octal numbers. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

/** The file behind a loop device, if the source is one. */
export function backingFile(source: string): string | undefined {
  const name = /^\/dev\/(loop\d+)$/.exec(source)?.[1];
  if (name === undefined) return undefined;
  try {
    return readFileSync(`/sys/block/${name}/loop/backing_file`, 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** The path behind symbolic links, or the path itself where there is nothing yet. */
export function resolvePath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Pids of the processes that use something at or below a directory: what keeps it from being unmounted. */
export function usersOf(directory: string): number[] {
  const isInside = (path: string) => path === directory || path.startsWith(`${directory}/`);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 1 && pid !== process.pid)
    .filter((pid) => pathsUsedBy(pid).some(isInside));
}

function pathsUsedBy(pid: number): string[] {
  const folder = `/proc/${pid}`;
  const links = [`${folder}/cwd`, `${folder}/root`, `${folder}/exe`];
  for (const name of listOrNone(`${folder}/fd`)) links.push(`${folder}/fd/${name}`);
  for (const name of listOrNone(`${folder}/map_files`)) links.push(`${folder}/map_files/${name}`);
  return links.flatMap((link) => {
    try {
      return [readlinkSync(link)];
    } catch {
      return [];
    }
  });
}

function listOrNone(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
