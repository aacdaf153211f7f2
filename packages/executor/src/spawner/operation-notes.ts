import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listProcesses } from './marked-processes.ts';

/**
 * Which operations are in flight, on disk: one file per mark, with the process id. A spawner that is killed with its
 * daemon ends nothing; the next one finds here what it left behind. A start that went on unseen could end after the
 * probe of the new daemon, when the service has been given to another member.
 */
export class OperationNotes {
  readonly #folder: string;

  /** Makes the folder if it is missing. */
  constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o750 });
  }

  /** Before the process is made: a spawner may be killed before it can tell which one that is. */
  announced(mark: string): void {
    this.#write(mark, '');
  }

  begun(mark: string, pid: number): void {
    this.#write(mark, String(pid));
  }

  /** A disk that takes no note does not keep the operation from running: the daemon's store will end the daemon. */
  #write(mark: string, text: string): void {
    try {
      writeFileSync(join(this.#folder, mark), text);
    } catch (error) {
      process.stderr.write(`operation ${mark} is not noted: ${(error as Error).message}\n`);
    }
  }

  ended(mark: string): void {
    rmSync(join(this.#folder, mark), { force: true });
  }

  /**
   * Marks of operations whose own process still runs. Notes of the others are removed: what an ended operation has left
   * running is a service. Where nobody could note the process, all that carries the mark counts as the operation.
   */
  leftRunning(): string[] {
    const all = listProcesses() ?? [];
    const processes = new Map(all.map((entry) => [entry.pid, entry]));
    return readdirSync(this.#folder).filter((mark) => {
      const pid = readFileSync(join(this.#folder, mark), 'utf8');
      const entry = pid === '' ? all.find((each) => each.mark === mark) : processes.get(Number(pid));
      const runs = entry !== undefined && (entry.mark === mark || entry.uninterruptible);
      if (!runs) this.ended(mark);
      return runs;
    });
  }
}
