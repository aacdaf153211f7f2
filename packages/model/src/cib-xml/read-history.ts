import type { ResourceHistory } from '../status/cluster-status.ts';
import type { OperationRecord } from '../status/operation-record.ts';
import { invalid, type ReadContext } from './element-reader.ts';
import type { XmlEvents } from './xml-scanner.ts';
import type { XmlShape, XmlTag } from './xml-tag.ts';

/** Where an attribute of each field stands in a tag; -1 if it is not there. */
type Places<Field extends string> = Readonly<Record<Field, number>>;

const TEXTS = {
  transitionKey: 'transition-key',
  transitionMagic: 'transition-magic',
  exitReason: 'exit-reason',
  onNode: 'on_node',
  opDigest: 'op-digest',
  opRestartDigest: 'op-restart-digest',
  opForceRestart: 'op-force-restart',
  opSecureDigest: 'op-secure-digest',
  opSecureParams: 'op-secure-params',
  migrateSource: 'migrate_source',
  migrateTarget: 'migrate_target',
} as const;
const NUMBERS = {
  lastRcChange: 'last-rc-change',
  lastRun: 'last-run',
  execTimeMs: 'exec-time',
  queueTimeMs: 'queue-time',
} as const;
const OPERATION = {
  id: 'id',
  operation: 'operation',
  operationKey: 'operation_key',
  intervalMs: 'interval',
  callId: 'call-id',
  rcCode: 'rc-code',
  opStatus: 'op-status',
} as const;
const RESOURCE = {
  id: 'id',
  class: 'class',
  provider: 'provider',
  type: 'type',
  container: 'container',
} as const;

/** Where in tags of one shape each field of a record stands, and what else there is. */
class Plan<Field extends string> {
  readonly places: Places<Field>;
  readonly #rest: readonly { readonly name: string; readonly place: number }[];
  #last: { readonly values: readonly string[]; readonly extra: Readonly<Record<string, string>> } | undefined;

  constructor(shape: XmlShape, fields: Readonly<Record<Field, string>>) {
    const { names } = shape;
    const places = {} as Record<Field, number>;
    for (const field in fields) places[field] = names.indexOf(fields[field]);
    this.places = places;
    const known = new Set<string>(Object.values(fields));
    this.#rest = names.map((name, place) => ({ name, place })).filter(({ name }) => !known.has(name));
  }

  /** Everything that has no field. Records mostly have the same, and then share it. */
  extra(values: readonly string[]): Readonly<Record<string, string>> | undefined {
    if (this.#rest.length === 0) return undefined;
    const last = this.#last?.values;
    if (last === undefined || !this.#rest.every(({ place }, index) => values[place] === last[index])) {
      this.#last = {
        values: this.#rest.map(({ place }) => values[place] as string),
        extra: Object.fromEntries(this.#rest.map(({ name, place }) => [name, values[place] as string])),
      };
    }
    return this.#last?.extra;
  }
}

/** The plans for shapes of tags, made as they come up. */
class Plans<Field extends string> {
  readonly #fields: Readonly<Record<Field, string>>;
  readonly #known = new WeakMap<XmlShape, Plan<Field>>();
  #shape: XmlShape | undefined;
  #plan: Plan<Field> | undefined;

  constructor(fields: Readonly<Record<Field, string>>) {
    this.#fields = fields;
  }

  of(shape: XmlShape): Plan<Field> {
    if (shape === this.#shape) return this.#plan as Plan<Field>;
    let plan = this.#known.get(shape);
    if (plan === undefined) {
      plan = new Plan(shape, this.#fields);
      this.#known.set(shape, plan);
    }
    this.#shape = shape;
    this.#plan = plan;
    return plan;
  }
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };
type OperationField = keyof typeof OPERATION | keyof typeof TEXTS | keyof typeof NUMBERS;

const NO_OPERATIONS: readonly OperationRecord[] = [];

/** Reads `lrm_resource` elements with their operations into histories. */
export class HistoryReader implements XmlEvents {
  readonly #context: ReadContext;
  readonly #resources = new Plans<keyof typeof RESOURCE>(RESOURCE);
  readonly #operations = new Plans<OperationField>({ ...OPERATION, ...TEXTS, ...NUMBERS });
  #histories: ResourceHistory[] = [];
  /** The history at hand and its records so far. */
  #history: Writable<ResourceHistory> | undefined;
  readonly #records: OperationRecord[] = [];
  /** How many they are. The list is not emptied: it would have to be made anew for each history. */
  #count = 0;
  #resource = '';
  #depth = 0;

  constructor(context: ReadContext) {
    this.#context = context;
  }

  /** The histories read since the last call. */
  take(): ResourceHistory[] {
    const histories = this.#histories;
    this.#histories = [];
    return histories;
  }

  /** A resource begins; what is in it comes as events. */
  begin(tag: XmlTag): void {
    const { values } = tag;
    const plan = this.#resources.of(tag.shape);
    const { id, class: standard, type, provider, container } = plan.places;
    if (id < 0) throw invalid(this.#context, tag, 'lrm_resource has no id');
    const history: Writable<ResourceHistory> = {
      id: values[id] as string,
      class: standard < 0 ? '' : (values[standard] as string),
      type: type < 0 ? '' : (values[type] as string),
      operations: NO_OPERATIONS,
    };
    if (provider >= 0) history.provider = values[provider] as string;
    if (container >= 0) history.container = values[container] as string;
    const extra = plan.extra(values);
    if (extra !== undefined) history.extra = extra;
    this.#histories.push(history);
    this.#resource = history.id;
    this.#history = history;
    this.#depth = 1;
  }

  open(tag: XmlTag): void {
    if (this.#depth === 1 && tag.name === 'lrm_rsc_op') this.#records[this.#count++] = this.#operation(tag);
    this.#depth++;
  }

  close(): void {
    if (--this.#depth > 0) return;
    // A list of just this length: one that grew has room for many more.
    if (this.#count > 0 && this.#history !== undefined)
      this.#history.operations = this.#records.slice(0, this.#count);
    this.#count = 0;
  }

  text(): void {
    // Histories have no text.
  }

  #operation(tag: XmlTag): OperationRecord {
    const { values } = tag;
    const plan = this.#operations.of(tag.shape);
    const { places } = plan;
    if (places.operation < 0) throw invalid(this.#context, tag, 'lrm_rsc_op has no operation');
    const record = new ReadOperation(places, values, this.#resource);
    const extra = withoutNumbers(places, values, plan.extra(values));
    if (extra !== undefined) record.extra = extra;
    return record;
  }
}

type OperationPlaces = Places<OperationField>;
type Extra = Readonly<Record<string, string>> | undefined;

/**
 * One record. A class, and field by field, because there are 100,000s of them: objects that grow after they were
 * made take several times as long and as much memory.
 */
class ReadOperation implements Writable<OperationRecord> {
  id: string;
  operation: string;
  operationKey: string;
  intervalMs: number;
  callId: number;
  rcCode: number;
  opStatus: number;
  declare transitionKey?: string;
  declare transitionMagic?: string;
  declare exitReason?: string;
  declare onNode?: string;
  declare lastRcChange?: number;
  declare lastRun?: number;
  declare execTimeMs?: number;
  declare queueTimeMs?: number;
  declare opDigest?: string;
  declare opRestartDigest?: string;
  declare opForceRestart?: string;
  declare opSecureDigest?: string;
  declare opSecureParams?: string;
  declare migrateSource?: string;
  declare migrateTarget?: string;
  declare extra?: Readonly<Record<string, string>>;

  constructor(at: OperationPlaces, values: readonly string[], resource: string) {
    this.id = at.id < 0 ? '' : (values[at.id] as string);
    this.operation = values[at.operation] as string;
    this.intervalMs = integerAt(values, at.intervalMs) ?? 0;
    this.operationKey =
      at.operationKey < 0
        ? `${resource}_${this.operation}_${this.intervalMs}`
        : (values[at.operationKey] as string);
    this.callId = integerAt(values, at.callId) ?? 0;
    this.rcCode = integerAt(values, at.rcCode) ?? 0;
    this.opStatus = integerAt(values, at.opStatus) ?? -2;
    if (at.transitionKey >= 0) this.transitionKey = values[at.transitionKey] as string;
    if (at.transitionMagic >= 0) this.transitionMagic = values[at.transitionMagic] as string;
    if (at.exitReason >= 0) this.exitReason = values[at.exitReason] as string;
    if (at.onNode >= 0) this.onNode = values[at.onNode] as string;
    if (at.opDigest >= 0) this.opDigest = values[at.opDigest] as string;
    if (at.opRestartDigest >= 0) this.opRestartDigest = values[at.opRestartDigest] as string;
    if (at.opForceRestart >= 0) this.opForceRestart = values[at.opForceRestart] as string;
    if (at.opSecureDigest >= 0) this.opSecureDigest = values[at.opSecureDigest] as string;
    if (at.opSecureParams >= 0) this.opSecureParams = values[at.opSecureParams] as string;
    if (at.migrateSource >= 0) this.migrateSource = values[at.migrateSource] as string;
    if (at.migrateTarget >= 0) this.migrateTarget = values[at.migrateTarget] as string;
    const change = integerAt(values, at.lastRcChange);
    if (change !== undefined) this.lastRcChange = change;
    const run = integerAt(values, at.lastRun);
    if (run !== undefined) this.lastRun = run;
    const exec = integerAt(values, at.execTimeMs);
    if (exec !== undefined) this.execTimeMs = exec;
    const queue = integerAt(values, at.queueTimeMs);
    if (queue !== undefined) this.queueTimeMs = queue;
  }
}

const NUMBER_FIELDS = Object.keys(NUMBERS) as (keyof typeof NUMBERS)[];

/** Adds the numbers that are none to what has no field. */
function withoutNumbers(places: OperationPlaces, values: readonly string[], rest: Extra): Extra {
  let extra = rest;
  for (const field of NUMBER_FIELDS) {
    const place = places[field];
    if (place < 0 || integerAt(values, place) !== undefined) continue;
    extra = { ...extra, [NUMBERS[field]]: values[place] as string };
  }
  return extra;
}

const HYPHEN = 45;
const ZERO = 48;

/** An integer of up to 15 digits, as JavaScript can hold; undefined for any other text, and for place -1. */
function integerAt(values: readonly string[], place: number): number | undefined {
  if (place < 0) return undefined;
  const text = values[place] as string;
  const start = text.charCodeAt(0) === HYPHEN ? 1 : 0;
  const digits = text.length - start;
  if (digits < 1 || digits > 15) return undefined;
  let value = 0;
  for (let i = start; i < text.length; i++) {
    const digit = text.charCodeAt(i) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return start === 1 && value > 0 ? -value : value;
}
