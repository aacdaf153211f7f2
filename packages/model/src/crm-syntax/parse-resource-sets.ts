import type { ResourceSet } from '../configuration/constraint.ts';
import type { TokenCursor } from './token-cursor.ts';
import type { Token } from './tokenize.ts';

const ROLES = ['Started', 'Stopped', 'Promoted', 'Unpromoted', 'Master', 'Slave'];
const ACTIONS = ['start', 'stop', 'promote', 'demote', 'monitor'];

/** A resource with the role or action written behind it. */
export interface SetMember {
  readonly id: string;
  readonly qualifier?: string;
}

/** What stands where a constraint names its resources. */
export type WrittenSets =
  | { readonly kind: 'simple'; readonly members: readonly SetMember[] }
  | { readonly kind: 'sets'; readonly sets: readonly ResourceSet[] };

export interface SetSyntax {
  /** What may follow a resource's colon, and the attribute of the set it becomes. */
  readonly qualifier: 'role' | 'action';
  /** How many plain resources are no set but attributes of the constraint; 0: always sets. */
  readonly simpleCount: 0 | 1 | 2;
  /** The word that ends the sets, if one does. */
  readonly close?: string;
}

interface OpenSet {
  readonly opener: '' | '(' | '[';
  readonly members: string[];
  readonly attributes: Map<string, string>;
  qualifier: string | undefined;
}

/**
 * Reads resources and sets: `A B` in sequence, `( A B )` in any order, `[ A B ]` any one of them; a change of role or
 * action begins a new set; `sequential=` and `require-all=` override what the brackets say.
 */
export function parseResourceSets(cursor: TokenCursor, syntax: SetSyntax): WrittenSets {
  return new SetParser(cursor, syntax).parse();
}

class SetParser {
  readonly #cursor: TokenCursor;
  readonly #syntax: SetSyntax;
  readonly #sets: OpenSet[] = [];
  #open: OpenSet | undefined;

  constructor(cursor: TokenCursor, syntax: SetSyntax) {
    this.#cursor = cursor;
    this.#syntax = syntax;
  }

  parse(): WrittenSets {
    const begin = this.#cursor.peek();
    for (let token = this.#cursor.peek(); token; token = this.#cursor.peek()) {
      if (this.#syntax.close !== undefined && token.text === this.#syntax.close) break;
      if (!this.#step(token)) break;
    }
    if (this.#open && this.#open.opener !== '')
      throw this.#cursor.error(`the set opened with "${this.#open.opener}" is not closed`);
    return this.#result(begin);
  }

  /** Reads one word; false when it does not belong to the sets. */
  #step(token: Token): boolean {
    const { text } = token;
    if (text === '(' || text === '[') this.#openSet(token, text);
    else if (text === ')' || text === ']') this.#closeSet(token);
    else if (/^(sequential|require-all|ordering|action|role)=/i.test(text)) this.#attribute(token);
    else if (text.includes('=')) return false;
    else this.#member(token);
    return true;
  }

  #openSet(token: Token, opener: '(' | '['): void {
    if (this.#open && this.#open.opener !== '') throw this.#cursor.error('sets cannot be nested', token);
    this.#cursor.take('a set');
    this.#open = { opener, members: [], attributes: new Map(), qualifier: undefined };
    this.#sets.push(this.#open);
  }

  #closeSet(token: Token): void {
    const opener = this.#open?.opener ?? '';
    const wanted = opener === '(' ? ')' : opener === '[' ? ']' : '';
    if (token.text !== wanted)
      throw this.#cursor.error(wanted ? `expected "${wanted}"` : `"${token.text}" closes nothing`, token);
    if (this.#open?.members.length === 0) throw this.#cursor.error('the set is empty', token);
    this.#cursor.take('the end of the set');
    this.#open = undefined;
  }

  #attribute(token: Token): void {
    const set = this.#open ?? this.#sets.at(-1);
    if (!set) throw this.#cursor.error('a resource must come first', token);
    this.#cursor.take('an attribute');
    const equals = token.text.indexOf('=');
    set.attributes.set(token.text.slice(0, equals).toLowerCase(), token.text.slice(equals + 1));
  }

  #member(token: Token): void {
    this.#cursor.take('a resource');
    const { id, qualifier } = this.#split(token);
    if (this.#open && this.#open.members.length > 0 && this.#open.qualifier !== qualifier) {
      const { opener } = this.#open;
      if (opener !== '')
        throw this.#cursor.error('all members of a set must have the same role or action', token);
      this.#open = undefined;
    }
    if (!this.#open) {
      this.#open = { opener: '', members: [], attributes: new Map(), qualifier };
      this.#sets.push(this.#open);
    }
    this.#open.qualifier = qualifier;
    this.#open.members.push(id);
  }

  #split(token: Token): SetMember {
    const colon = token.text.lastIndexOf(':');
    // A number behind the colon is an instance of a clone, as in old configurations.
    if (colon < 0 || /^\d+$/.test(token.text.slice(colon + 1))) return { id: token.text };
    const [id, given] = [token.text.slice(0, colon), token.text.slice(colon + 1)];
    const allowed = this.#syntax.qualifier === 'role' ? ROLES : ACTIONS;
    const known = allowed.find((each) => each.toLowerCase() === given.toLowerCase());
    if (!known || id === '')
      throw this.#cursor.error(`"${given}" is no ${this.#syntax.qualifier} (${allowed.join(', ')})`, token);
    return { id, qualifier: given };
  }

  #result(begin: Token | undefined): WrittenSets {
    const members = this.#sets.flatMap((set) =>
      set.members.map(
        (id): SetMember => ({ id, ...(set.qualifier === undefined ? {} : { qualifier: set.qualifier }) }),
      ),
    );
    if (members.length === 0) throw this.#cursor.error('a resource is missing', begin);
    const plain = this.#sets.every((set) => set.opener === '' && set.attributes.size === 0);
    if (plain && members.length === this.#syntax.simpleCount) return { kind: 'simple', members };
    return { kind: 'sets', sets: this.#sets.map((set) => this.#finish(set)) };
  }

  #finish(set: OpenSet): ResourceSet {
    const attributes = new Map<string, string>();
    if (set.opener !== '') attributes.set('sequential', 'false');
    if (set.opener === '[') attributes.set('require-all', 'false');
    if (set.qualifier !== undefined) attributes.set(this.#syntax.qualifier, set.qualifier);
    for (const [name, value] of set.attributes) attributes.set(name, value);
    // `[ A B sequential=true ]` is how a set that keeps its order, but needs one member only, is written.
    if (set.opener !== '' && attributes.get('sequential') === 'true') attributes.delete('sequential');
    return { members: set.members, attributes: Object.fromEntries(attributes) };
  }
}
