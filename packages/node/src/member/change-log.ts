import type { CommandResult } from '@holdfast/protocol';

/** What has to be told to the leader since the last report. */
export class ChangeLog {
  readonly histories = new Set<string>();
  readonly removed = new Set<string>();
  results: CommandResult[] = [];
  /** Something happened that no command asked for. */
  unsolicited = false;
  /** A report is wanted even if nothing changed. */
  forced = false;

  /** Told of every history that changed or was removed, whoever has heard of it already. */
  private readonly note: (resource: string) => void;

  constructor(note: (resource: string) => void) {
    this.note = note;
  }

  changed(resource: string): void {
    this.histories.add(resource);
    this.note(resource);
  }

  dropped(resource: string): void {
    this.histories.delete(resource);
    this.removed.add(resource);
    this.note(resource);
  }

  get empty(): boolean {
    return (
      !this.forced && !this.unsolicited && this.histories.size + this.removed.size + this.results.length === 0
    );
  }

  clear(): void {
    this.histories.clear();
    this.removed.clear();
    this.results = [];
    this.unsolicited = false;
    this.forced = false;
  }
}
