import type { Annotated, AttributeBlock, NameValue } from '../configuration/attributes.ts';
import type {
  Configuration,
  ConfiguredNode,
  FencingLevel,
  RawElement,
  Tag,
} from '../configuration/configuration.ts';
import type { Constraint, ResourceSet } from '../configuration/constraint.ts';
import type {
  Bundle,
  Clone,
  Group,
  OperationDefinition,
  Primitive,
  Resource,
  Template,
} from '../configuration/resource.ts';
import type { Rule, RuleExpression } from '../configuration/rule.ts';
import { LIMITS } from '../limits.ts';
import {
  byKind,
  type Codec,
  type Fields,
  flag,
  lazy,
  list,
  object,
  oneOf,
  optional,
  text,
  textRecord,
} from './codec.ts';

const maybeText = optional(text);
const maybeRecord = optional(textRecord);
const comments = optional(list(text));
const annotated: Fields<Annotated> = {
  sectionOrder: optional(list(oneOf('params', 'meta', 'utilization', 'operations'))),
  comments,
};

const rule: Codec<Rule> = object<Rule>({
  kind: oneOf('rule'),
  id: maybeText,
  idRef: maybeText,
  score: maybeText,
  scoreAttribute: maybeText,
  booleanOp: optional(oneOf('and', 'or')),
  role: maybeText,
  expressions: list(lazy(() => expression)),
});

const expression: Codec<RuleExpression> = byKind<RuleExpression>({
  rule,
  attribute: object({
    kind: oneOf('attribute'),
    id: maybeText,
    attribute: text,
    operation: text,
    value: maybeText,
    type: maybeText,
    valueSource: maybeText,
  }),
  date: object({
    kind: oneOf('date'),
    id: maybeText,
    operation: maybeText,
    start: maybeText,
    end: maybeText,
    duration: maybeRecord,
    dateSpec: maybeRecord,
  }),
  resource: object({
    kind: oneOf('resource'),
    id: maybeText,
    class: maybeText,
    provider: maybeText,
    type: maybeText,
  }),
  operation: object({ kind: oneOf('operation'), id: maybeText, name: text, interval: maybeText }),
});

/** One block of attributes with its rules. */
export const attributeBlockCodec: Codec<AttributeBlock> = object<AttributeBlock>({
  id: maybeText,
  idRef: maybeText,
  score: maybeText,
  rules: list(rule),
  pairs: list(object<NameValue>({ id: maybeText, name: maybeText, value: maybeText, idRef: maybeText })),
  comments,
});
const blocks = list(attributeBlockCodec);

/** One node of the configuration. */
export const nodeCodec: Codec<ConfiguredNode> = object<ConfiguredNode>({
  id: text,
  name: text,
  type: maybeText,
  description: maybeText,
  score: maybeText,
  attributes: blocks,
  utilization: blocks,
  ...annotated,
});

const operation = object<OperationDefinition>({
  id: maybeText,
  idRef: maybeText,
  name: maybeText,
  attributes: textRecord,
  params: blocks,
  meta: blocks,
  sectionOrder: annotated.sectionOrder,
});

const resourceBase = { id: text, description: maybeText, meta: blocks, params: blocks };
const agent = { class: maybeText, provider: maybeText, type: maybeText };
const primitiveParts = {
  utilization: blocks,
  operations: list(operation),
  operationsContainer: optional(object<{ id?: string; idRef?: string }>({ id: maybeText, idRef: maybeText })),
  ...annotated,
};

const primitive: Codec<Primitive> = object<Primitive>({
  kind: oneOf('primitive'),
  ...resourceBase,
  ...agent,
  template: maybeText,
  ...primitiveParts,
});
const group: Codec<Group> = object<Group>({
  kind: oneOf('group'),
  ...resourceBase,
  members: list(primitive),
  ...annotated,
});
const clone: Codec<Clone> = object<Clone>({
  kind: oneOf('clone'),
  ...resourceBase,
  legacyMaster: optional(flag),
  child: byKind<Primitive | Group>({ primitive, group }),
  ...annotated,
});
const bundle: Codec<Bundle> = object<Bundle>({
  kind: oneOf('bundle'),
  ...resourceBase,
  container: object<Bundle['container']>({
    runtime: oneOf('docker', 'podman', 'rkt'),
    attributes: textRecord,
  }),
  network: optional(
    object<NonNullable<Bundle['network']>>({ attributes: textRecord, portMappings: list(textRecord) }),
  ),
  storage: list(textRecord),
  child: optional(primitive),
  ...annotated,
});

/** One resource with everything inside it. */
export const resourceCodec: Codec<Resource> = byKind<Resource>({ primitive, group, clone, bundle });

/** One resource template. */
export const templateCodec: Codec<Template> = object<Template>({
  kind: oneOf('template'),
  ...resourceBase,
  ...agent,
  ...primitiveParts,
});

const sets = list(
  object<ResourceSet>({ id: maybeText, idRef: maybeText, members: list(text), attributes: textRecord }),
);
const lifetime = optional(list(rule));

/** One constraint. */
export const constraintCodec: Codec<Constraint> = byKind<Constraint>({
  location: object({
    kind: oneOf('location'),
    id: text,
    resource: maybeText,
    pattern: maybeText,
    sets,
    node: maybeText,
    score: maybeText,
    role: maybeText,
    resourceDiscovery: maybeText,
    rules: list(rule),
    lifetime,
    comments,
  }),
  colocation: object({
    kind: oneOf('colocation'),
    id: text,
    score: maybeText,
    resource: maybeText,
    role: maybeText,
    withResource: maybeText,
    withRole: maybeText,
    nodeAttribute: maybeText,
    influence: maybeText,
    sets,
    lifetime,
    comments,
  }),
  order: object({
    kind: oneOf('order'),
    id: text,
    first: maybeText,
    firstAction: maybeText,
    then: maybeText,
    thenAction: maybeText,
    orderKind: maybeText,
    score: maybeText,
    symmetrical: maybeText,
    requireAll: maybeText,
    sets,
    lifetime,
    comments,
  }),
  ticket: object({
    kind: oneOf('ticket'),
    id: text,
    ticket: text,
    resource: maybeText,
    role: maybeText,
    lossPolicy: maybeText,
    sets,
    comments,
  }),
});

/** One fencing level. */
export const fencingLevelCodec: Codec<FencingLevel> = object<FencingLevel>({
  id: maybeText,
  index: text,
  devices: text,
  target: maybeText,
  targetPattern: maybeText,
  targetAttribute: maybeText,
  targetValue: maybeText,
});

/** One tag. */
export const tagCodec: Codec<Tag> = object<Tag>({ id: text, members: list(text), comments });

/** An element kept verbatim. */
export const rawElementCodec: Codec<RawElement> = object<RawElement>({
  name: text,
  attributes: textRecord,
  children: list(lazy((): Codec<RawElement> => rawElementCodec)),
  text: maybeText,
});

const objects = LIMITS.objects;

const configurationFields: Fields<Configuration> = {
  options: list(attributeBlockCodec, objects),
  nodes: list(nodeCodec, objects),
  resources: list(resourceCodec, objects),
  templates: list(templateCodec, objects),
  constraints: list(constraintCodec, objects),
  resourceDefaults: list(attributeBlockCodec, objects),
  operationDefaults: list(attributeBlockCodec, objects),
  fencingTopology: list(fencingLevelCodec, objects),
  tags: list(tagCodec, objects),
  alerts: list(rawElementCodec, objects),
  acls: list(rawElementCodec, objects),
};

/** The lists of a configuration in the order of its JSON. */
export const CONFIGURATION_LISTS = Object.keys(configurationFields) as readonly (keyof Configuration)[];

/** A whole configuration. */
export const configurationCodec: Codec<Configuration> = object<Configuration>(configurationFields);
