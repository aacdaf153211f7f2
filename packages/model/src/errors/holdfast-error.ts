import { CATALOGUE, type CatalogueEntry, type ErrorCode } from './catalogue.ts';

/** What fills the braces of a catalogue entry, and further facts. */
export type ErrorDetails = Readonly<Record<string, string | number>>;

/** Where in a text an error is; lines and columns start at 1. */
export interface TextPosition {
  readonly source?: string;
  readonly statement?: string;
  readonly line: number;
  readonly column: number;
}

/** An error from the catalogue. It carries its code, its details and, for texts, the position. */
export class HoldfastError extends Error {
  override readonly name = 'HoldfastError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;
  readonly position: TextPosition | undefined;

  constructor(code: ErrorCode, details: ErrorDetails = {}, position?: TextPosition) {
    super(fill(CATALOGUE[code].what, details) + (position ? ` (${formatPosition(position)})` : ''));
    this.code = code;
    this.details = details;
    this.position = position;
  }

  get entry(): CatalogueEntry {
    return CATALOGUE[this.code];
  }

  get exitCode(): number {
    return this.entry.exitCode;
  }

  /** Why it failed, with the details filled in. */
  get why(): string {
    return fill(this.entry.why, this.details);
  }

  /** What the reader should do, with the details filled in. */
  get action(): string {
    return fill(this.entry.action, this.details);
  }

  toJSON(): {
    code: ErrorCode;
    message: string;
    why: string;
    action: string;
    details: ErrorDetails;
    position?: TextPosition;
  } {
    return {
      code: this.code,
      message: this.message,
      why: this.why,
      action: this.action,
      details: this.details,
      ...(this.position ? { position: this.position } : {}),
    };
  }
}

function fill(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(details[name] ?? whole));
}

/** A place in a text, as errors name it. */
export function formatPosition(position: TextPosition): string {
  const place = `line ${position.line}, column ${position.column}`;
  return [position.source, position.statement && `statement "${position.statement}"`, place]
    .filter(Boolean)
    .join(', ');
}
