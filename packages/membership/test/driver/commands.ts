import type { Command } from './context.ts';
import { crash } from './crash.ts';
import { cut } from './cut.ts';
import { heal } from './heal.ts';
import { leave } from './leave.ts';
import { lose } from './lose.ts';
import { members } from './members.ts';
import { pause } from './pause.ts';
import { resume } from './resume.ts';
import { show } from './show.ts';
import { start } from './start.ts';
import { wait } from './wait.ts';

/** All commands by name. */
export const commands: ReadonlyMap<string, Command> = new Map(
  [crash, cut, heal, leave, lose, members, pause, resume, show, start, wait].map((command) => [
    command.name,
    command,
  ]),
);
