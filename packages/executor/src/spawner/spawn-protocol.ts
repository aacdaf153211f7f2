/**
 * What the daemon and its spawner say to each other: one JSON object per line, over the spawner's standard
 * input and output. Both ends come from the same release, so the protocol has no version.
 */

/** A program to run. All times in milliseconds. */
export interface SpawnRequest {
  readonly type: 'run';
  readonly id: number;
  readonly file: string;
  readonly args: readonly string[];
  /** Added to the base environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Unique value of OPERATION_MARK in the environment of the program and of everything it starts. */
  readonly mark: string;
  /** Written to standard input, which is then closed. Absent: /dev/null. */
  readonly input?: string;
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** From TERM to KILL. */
  readonly graceMs: number;
  /** From KILL until the program is given up as not killable. */
  readonly killWaitMs: number;
  /** Bytes kept of each of the two outputs. */
  readonly maxOutputBytes: number;
}

export type ToSpawner =
  | {
      readonly type: 'base';
      readonly env: Readonly<Record<string, string>>;
      /** Where it is noted what is in flight. Absent: nowhere. */
      readonly notesFolder?: string;
    }
  | SpawnRequest
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'reap'; readonly marks: readonly string[] };

/** How a program ended. */
export interface SpawnReport {
  readonly type: 'done';
  readonly id: number;
  /** Exit code; absent when it was ended by a signal, could not be run, or is still there. */
  readonly code?: number;
  readonly signal?: string;
  /** Error code of a failed spawn, for instance ENOENT. */
  readonly error?: string;
  readonly timedOut?: boolean;
  readonly cancelled?: boolean;
  /** KILL was sent. */
  readonly killed?: boolean;
  /** Something of it survived KILL, or its fate is unknown. */
  readonly unknown?: boolean;
  readonly execTimeMs: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Text of the last line of standard error that began with `ocf-exit-reason:`. */
  readonly exitReason?: string;
}

export type FromSpawner =
  | { readonly type: 'ready' }
  | SpawnReport
  | { readonly type: 'reaped'; readonly survivors: number };

/** Environment variable that names the operation a process belongs to, inherited by all it starts. */
export const OPERATION_MARK = 'HOLDFAST_OPERATION';
