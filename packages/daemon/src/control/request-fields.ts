import { HoldfastError } from '@holdfast/model';

/** Reads fields of a request body and refuses what has not the documented shape (REQUEST_INVALID). */
export class RequestFields {
  readonly #record: Readonly<Record<string, unknown>>;

  constructor(body: unknown) {
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      refuse('the body must be an object');
    this.#record = body as Readonly<Record<string, unknown>>;
  }

  value(name: string): unknown {
    return this.#record[name];
  }

  text(name: string): string {
    const value = this.#record[name];
    if (typeof value !== 'string' || value === '' || value.length > 4096) refuse(`"${name}" must be text`);
    return value;
  }

  /** An object to spread: empty when the field is absent. */
  optionalText<K extends string>(name: K): { readonly [P in K]?: string } {
    if (this.#record[name] === undefined || this.#record[name] === null) return {};
    return { [name]: this.text(name) } as { readonly [P in K]?: string };
  }

  flag(name: string, standard: boolean): boolean {
    const value = this.#record[name] ?? standard;
    if (typeof value !== 'boolean') refuse(`"${name}" must be true or false`);
    return value;
  }

  count(name: string, standard: number, most: number): number {
    const value = this.#record[name] ?? standard;
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > most) {
      refuse(`"${name}" must be a number from 0 to ${most}`);
    }
    return value;
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.#record[name];
    if (!choices.includes(value as T)) refuse(`"${name}" must be one of ${choices.join(', ')}`);
    return value as T;
  }

  list(name: string, most: number): readonly unknown[] {
    const value = this.#record[name];
    if (!Array.isArray(value) || value.length > most) refuse(`"${name}" must be a list of at most ${most}`);
    return value as readonly unknown[];
  }

  texts(name: string): readonly string[] {
    const value = this.#record[name];
    if (!Array.isArray(value) || value.length > 1000 || !value.every((item) => typeof item === 'string')) {
      refuse(`"${name}" must be a list of texts`);
    }
    return value as readonly string[];
  }
}

function refuse(problem: string): never {
  throw new HoldfastError('REQUEST_INVALID', { problem });
}
