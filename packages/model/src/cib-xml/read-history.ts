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

/** Reads `lrm_resource` elements with their operations into histories. */
export class HistoryReader implements XmlEvents {
  readonly #context: ReadContext;
  readonly #resources = new Plans<keyof typeof RESOURCE>(RESOURCE);
  readonly #operations = new Plans<OperationField>({ ...OPERATION, ...TEXTS, ...NUMBERS });
  #histories: ResourceHistory[] = [];
  #records: OperationRecord[] = [];
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
      operations: [],
    };
    if (provider >= 0) history.provider = values[provider] as string;
    if (container >= 0) history.container = values[container] as string;
    const extra = plan.extra(values);
    if (extra !== undefined) history.extra = extra;
    this.#histories.push(history);
    this.#resource = history.id;
    this.#records = history.operations as OperationRecord[];
    this.#depth = 1;
  }

  open(tag: XmlTag): void {
    if (this.#depth === 1 && tag.name === 'lrm_rsc_op') this.#records.push(this.#operation(tag));
    this.#depth++;
  }

  close(): void {
    this.#depth--;
  }

  text(): void {
    // Histories have no text.
  }

  #operation(tag: XmlTag): OperationRecord {
    const { values } = tag;
    const plan = this.#operations.of(tag.shape);
    const { places } = plan;
    const at = (place: number): string | undefined => (place < 0 ? undefined : values[place]);
    const operation = at(places.operation);
    if (operation === undefined) throw invalid(this.#context, tag, 'lrm_rsc_op has no operation');
    const intervalMs = integer(at(places.intervalMs)) ?? 0;
    const record: Writable<OperationRecord> = {
      id: at(places.id) ?? '',
      operation,
      operationKey: at(places.operationKey) ?? `${this.#resource}_${operation}_${intervalMs}`,
      intervalMs,
      callId: integer(at(places.callId)) ?? 0,
      rcCode: integer(at(places.rcCode)) ?? 0,
      opStatus: integer(at(places.opStatus)) ?? -2,
    };
    addTexts(record, places, values);
    const extra = addNumbers(record, places, values, plan.extra(values));
    if (extra !== undefined) record.extra = extra;
    return record;
  }
}

type Draft = Writable<OperationRecord>;
type OperationPlaces = Places<OperationField>;

// Field by field: a loop over names of fields takes several times as long, and there are 100,000s of records.
function addTexts(record: Draft, places: OperationPlaces, values: readonly string[]): void {
  if (places.transitionKey >= 0) record.transitionKey = values[places.transitionKey] as string;
  if (places.transitionMagic >= 0) record.transitionMagic = values[places.transitionMagic] as string;
  if (places.exitReason >= 0) record.exitReason = values[places.exitReason] as string;
  if (places.onNode >= 0) record.onNode = values[places.onNode] as string;
  if (places.opDigest >= 0) record.opDigest = values[places.opDigest] as string;
  if (places.opRestartDigest >= 0) record.opRestartDigest = values[places.opRestartDigest] as string;
  if (places.opForceRestart >= 0) record.opForceRestart = values[places.opForceRestart] as string;
  if (places.opSecureDigest >= 0) record.opSecureDigest = values[places.opSecureDigest] as string;
  if (places.opSecureParams >= 0) record.opSecureParams = values[places.opSecureParams] as string;
  if (places.migrateSource >= 0) record.migrateSource = values[places.migrateSource] as string;
  if (places.migrateTarget >= 0) record.migrateTarget = values[places.migrateTarget] as string;
}

type Extra = Readonly<Record<string, string>> | undefined;

/** Numbers that are none stay among what has no field. */
function addNumbers(record: Draft, places: OperationPlaces, values: readonly string[], rest: Extra): Extra {
  let extra = rest;
  const read = (field: keyof typeof NUMBERS): number | undefined => {
    const text = values[places[field]] as string;
    const value = integer(text);
    if (value === undefined) extra = { ...extra, [NUMBERS[field]]: text };
    return value;
  };
  const change = places.lastRcChange < 0 ? undefined : read('lastRcChange');
  if (change !== undefined) record.lastRcChange = change;
  const run = places.lastRun < 0 ? undefined : read('lastRun');
  if (run !== undefined) record.lastRun = run;
  const exec = places.execTimeMs < 0 ? undefined : read('execTimeMs');
  if (exec !== undefined) record.execTimeMs = exec;
  const queue = places.queueTimeMs < 0 ? undefined : read('queueTimeMs');
  if (queue !== undefined) record.queueTimeMs = queue;
  return extra;
}

const HYPHEN = 45;
const ZERO = 48;

/** An integer of up to 15 digits, as JavaScript can hold; undefined for any other text. */
function integer(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
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
