import { backup } from './backup.ts';
import { change } from './change.ts';
import { cluster } from './cluster.ts';
import { compact } from './compact.ts';
import type { Command } from './context.ts';
import { crash } from './crash.ts';
import { cut } from './cut.ts';
import { disk } from './disk.ts';
import { elect } from './elect.ts';
import { force } from './force.ts';
import { heal } from './heal.ts';
import { join } from './join.ts';
import { messages } from './messages.ts';
import { parts } from './parts.ts';
import { pause } from './pause.ts';
import { pledge } from './pledge.ts';
import { progress } from './progress.ts';
import { propose } from './propose.ts';
import { read } from './read.ts';
import { restore } from './restore.ts';
import { resume } from './resume.ts';
import { show } from './show.ts';
import { sole } from './sole.ts';
import { start } from './start.ts';
import { suspect } from './suspect.ts';
import { transfer } from './transfer.ts';
import { wait } from './wait.ts';

/** All commands by name. */
export const commands: ReadonlyMap<string, Command> = new Map(
  [
    backup,
    change,
    cluster,
    compact,
    crash,
    cut,
    disk,
    elect,
    force,
    heal,
    join,
    messages,
    parts,
    pause,
    pledge,
    progress,
    propose,
    read,
    restore,
    resume,
    show,
    sole,
    start,
    suspect,
    transfer,
    wait,
  ].map((command) => [command.name, command]),
);
