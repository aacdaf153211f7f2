import type {
  ConsensusEvent,
  Entry,
  Members,
  Message,
  PersistentState,
  Pledge,
  Refused,
} from '../../src/index.ts';
import { World } from '../support/world.ts';

/** What the commands of one script work on, and the lines they have to show. */
export class Context {
  readonly world = new World();
  lines: string[] = [];
  showMessages = false;
  nextRead = 1;
  readonly backups = new Map<string, PersistentState>();
  readonly pledges = new Map<string, Pledge>();

  constructor() {
    const { world } = this;
    world.watcher = {
      sent: (from, to, message, lost) => {
        if (this.showMessages && message.type !== 'heartbeat' && message.type !== 'heartbeat-reply') {
          this.say(`${from} -> ${to}  ${describeMessage(message)}${lost ? '  (lost)' : ''}`);
        }
      },
      event: (member, event) => {
        const text = describeEvent(event);
        if (text !== undefined) this.say(`${member} ${text}`);
      },
      committed: (member, entries) => this.say(`${member} applies ${entries.map(describeEntry).join(', ')}`),
      installed: (member, { index }) =>
        this.say(`${member} installs a snapshot of everything up to ${index}`),
      read: (member, { token, index }) =>
        this.say(
          `${member} answers read ${token}: ${index === undefined ? 'ask again' : `fit from ${index} on`}`,
        ),
    };
  }

  /** One line of output, with the time. */
  say(text: string): void {
    this.lines.push(`  ${String(Math.round(this.world.nowMs)).padStart(6)}  ${text}`);
  }

  /** The outcome of a request. */
  outcome(result: { readonly ok: boolean }, done: string): void {
    if (result.ok) this.say(done);
    else {
      const { reason, leader } = result as Refused;
      this.say(`refused: ${reason}${leader === undefined ? '' : `, ask ${leader}`}`);
    }
  }

  settleAll(): void {
    for (const machine of this.world.machines.values()) this.world.settle(machine);
  }
}

/** A command of the script language; one file each. */
export interface Command {
  readonly name: string;
  /** How to write it, and what it does. */
  readonly help: string;
  run(context: Context, words: readonly string[]): void;
}

/** The word at a place, or an error that names what is missing. */
export function word(words: readonly string[], at: number, what: string): string {
  const found = words[at];
  if (found === undefined) throw new Error(`${what} is missing`);
  return found;
}

export function describeEntry(entry: Entry): string {
  if (entry.kind === 'command') return `${entry.index} "${entry.payload}"`;
  if (entry.kind === 'noop') return `${entry.index} (opens term ${entry.term})`;
  return `${entry.index} members ${describeMembers(entry.payload.members)}`;
}

export function describeMembers({ voters, learners }: Members): string {
  const names = voters.map(
    ({ name, weight, witness }) => `${name}${weight === 1 ? '' : `*${weight}`}${witness ? ' (witness)' : ''}`,
  );
  return `{${names.join(' ')}${learners.length > 0 ? ` | ${learners.join(' ')}` : ''}}`;
}

function describeEvent(event: ConsensusEvent): string | undefined {
  switch (event.type) {
    case 'role-changed':
      return event.role === 'leader' ? `leads term ${event.term}` : `is ${event.role}, term ${event.term}`;
    case 'leader-changed':
      return undefined;
    case 'quorum-lost':
      return 'hears no majority and steps down';
    case 'members-changed':
      return `works under ${describeMembers(event.members)} from ${event.index}`;
    case 'member-regressed':
      return `finds that ${event.member} has forgotten: it had acknowledged ${event.acknowledged}`;
    case 'transfer-ended':
      return event.outcome === 'handed-over'
        ? `hands over to ${event.to}`
        : `gives up handing over to ${event.to}`;
  }
}

function describeMessage(message: Message): string {
  const { type, term } = message;
  switch (message.type) {
    case 'pre-vote':
    case 'vote':
      return `${type} term ${term}, log ends ${message.lastTerm}:${message.lastIndex}`;
    case 'pre-vote-reply':
    case 'vote-reply':
      return `${type} term ${term}, ${message.granted ? 'yes' : 'no'}`;
    case 'append': {
      const entries = message.entries.map(describeEntry).join(', ');
      return `append term ${term} after ${message.previousTerm}:${message.previousIndex} [${entries}] commit ${message.commitIndex}`;
    }
    case 'append-reply':
      return `append-reply term ${term}, has ${message.matchIndex}`;
    case 'append-refusal':
      return `append-refusal term ${term} at ${message.previousIndex}, try ${message.hintTerm}:${message.hintIndex}`;
    case 'commit':
      return `commit term ${term} up to ${message.commitIndex}`;
    case 'snapshot-part':
      return `snapshot-part term ${term} up to ${message.index}, ${message.part + 1} of ${message.parts}`;
    case 'snapshot-part-reply':
      return `snapshot-part-reply term ${term}, has ${message.next} of ${message.index}`;
    default:
      return `${type} term ${term}`;
  }
}
