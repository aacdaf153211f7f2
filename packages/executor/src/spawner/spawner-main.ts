/**
 * The spawner: a small process that runs programs for a large daemon, so that the daemon never blocks in fork. It
 * keeps time and kills on its own; a daemon that is busy or stopped delays no timeout. When its standard input ends
 * the daemon is gone: it ends the operations in flight, leaves started services alone, and exits.
 */
import { LineSplitter } from './line-splitter.ts';
import { giveUpMemoryProtection } from './memory-protection.ts';
import { OperationNotes } from './operation-notes.ts';
import { OperationProcess } from './operation-process.ts';
import { hostProcesses, killMarked } from './process-control.ts';
import type { FromSpawner, ToSpawner } from './spawn-protocol.ts';

const MAX_FRAME_LENGTH = 4 * 1024 * 1024;
const REAP_POLL_MS = 50;
const REAP_ROUNDS = 60;
const ABANDON_GRACE_MS = 1000;

const running = new Map<number, OperationProcess>();
let baseEnvironment: Readonly<Record<string, string>> = {};
let notes: OperationNotes | undefined;
let pending = '';

function send(frame: FromSpawner): void {
  // Frames of one turn leave in one write.
  if (pending === '') setImmediate(flush);
  pending += `${JSON.stringify(frame)}\n`;
}

function flush(): void {
  process.stdout.write(pending);
  pending = '';
}

function handle(frame: ToSpawner): void {
  switch (frame.type) {
    case 'base':
      baseEnvironment = frame.env;
      if (frame.notesFolder !== undefined) notes = new OperationNotes(frame.notesFolder);
      endLeftRunning(REAP_ROUNDS);
      return;
    case 'cancel':
      running.get(frame.id)?.cancel();
      return;
    case 'reap':
      reap(frame.marks, REAP_ROUNDS);
      return;
    case 'run':
      notes?.announced(frame.mark);
      running.set(
        frame.id,
        new OperationProcess({
          request: frame,
          baseEnvironment,
          control: hostProcesses,
          onStarted: (pid) => notes?.begun(frame.mark, pid),
          onDone: (report) => {
            notes?.ended(frame.mark);
            running.delete(frame.id);
            send(report);
          },
        }),
      );
  }
}

/** Nothing is run before what an earlier spawner has left in flight is gone, or cannot be killed. */
function endLeftRunning(rounds: number): void {
  const marks = notes?.leftRunning() ?? [];
  if (marks.length === 0 || rounds === 0) {
    if (marks.length > 0) process.stderr.write(`operations of before cannot be ended: ${marks.join(', ')}\n`);
    send({ type: 'ready' });
    return;
  }
  killMarked(marks);
  setTimeout(() => endLeftRunning(rounds - 1), REAP_POLL_MS);
}

function reap(marks: readonly string[], rounds: number): void {
  const survivors = killMarked(marks);
  if (survivors === 0 || rounds === 0) send({ type: 'reaped', survivors });
  else setTimeout(() => reap(marks, rounds - 1), REAP_POLL_MS);
}

function abandonAll(): void {
  const inFlight = [...running.values()];
  if (inFlight.length === 0) process.exit(0);
  for (const operation of inFlight) operation.abandon('SIGTERM');
  setTimeout(() => {
    for (const operation of inFlight) operation.abandon('SIGKILL');
    process.exit(0);
  }, ABANDON_GRACE_MS);
}

const kept = giveUpMemoryProtection();
if (kept !== undefined) process.stderr.write(`${kept}\n`);

// The terminal's signals are for the daemon, which decides what happens to operations in flight.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
process.stdout.on('error', () => {});

const splitter = new LineSplitter({
  maxLineLength: MAX_FRAME_LENGTH,
  onLine: (line) => handle(JSON.parse(line) as ToSpawner),
});
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => splitter.push(text));
process.stdin.on('end', abandonAll);
process.stdin.on('error', abandonAll);
