/** What may be written in an element of the configuration, in any schema version from pacemaker-1.0 to 4.0. */
export interface ElementRule {
  readonly required: readonly string[];
  readonly attributes: ReadonlySet<string>;
  readonly children: ReadonlySet<string>;
  /** Children of which there may be only one, and those of them that must be there. */
  readonly single: ReadonlySet<string>;
  readonly needed: readonly string[];
  /** It must contain something. */
  readonly filled: boolean;
  /** Instead of everything that is required a reference may stand. */
  readonly mayRefer: boolean;
}

const BLOCK = 'id! id-ref score > rule nvpair attributes';
const TIMES =
  'id! hours monthdays weekdays yeardays yearsdays months weeks years weekyears moon minutes seconds days';
const COLLECTION = 'id! description > meta_attributes instance_attributes primitive';
const AGENT =
  'class provider type template description > operations? instance_attributes meta_attributes utilization';
const CONTAINER = 'image! replicas replicas-per-host masters promoted-max run-command network options';
const PERMISSION = 'id! ref tag xpath attribute object-type kind reference description';

/**
 * One line for each element: its attributes (`!`: must be there, unless there is an `id-ref`), and after `>` the
 * elements it may contain (`?`: once at most; `!`: once), after `>+` at least one of them unless there is an `id-ref`.
 * As Pacemaker Explained describes them, old versions included.
 */
const LINES: Readonly<Record<string, string>> = {
  configuration:
    '> crm_config! nodes! resources! constraints! rsc_defaults? op_defaults? fencing-topology? tags? alerts? acls?',
  crm_config: '> cluster_property_set',
  nodes: '> node',
  resources: '> template primitive group clone master bundle',
  constraints: '> rsc_location rsc_colocation rsc_order rsc_ticket',
  rsc_defaults: '> meta_attributes',
  op_defaults: '> meta_attributes',
  'fencing-topology': '> fencing-level',
  tags: '> tag',
  alerts: '> alert',
  acls: '> acl_target acl_group acl_role acl_user',
  cluster_property_set: BLOCK,
  meta_attributes: BLOCK,
  instance_attributes: BLOCK,
  utilization: BLOCK,
  attributes: '> nvpair',
  nvpair: 'id! id-ref name! value',
  node: 'id! uname! type description score > instance_attributes utilization',
  template: `id! ${AGENT}`,
  primitive: `id! ${AGENT}`,
  operations: 'id id-ref > op',
  op: 'id! id-ref name! interval! description start-delay interval-origin timeout enabled record-pending role requires on-fail prereq disabled > instance_attributes meta_attributes',
  group: COLLECTION,
  clone: `${COLLECTION} group`,
  master: `${COLLECTION} group`,
  bundle:
    'id! description > docker? rkt? podman? network? storage? primitive? meta_attributes instance_attributes utilization',
  docker: CONTAINER,
  rkt: CONTAINER,
  podman: CONTAINER,
  network: 'ip-range-start control-port host-interface host-netmask add-host id > port-mapping',
  'port-mapping': 'id! port internal-port range',
  storage: 'id > storage-mapping',
  'storage-mapping': 'id! source-dir source-dir-root target-dir! options',
  rsc_location:
    'id! rsc rsc-pattern role score score-attribute node resource-discovery boolean-op description > rule resource_set lifetime',
  rsc_colocation:
    'id! rsc with-rsc node-attribute score score-attribute score-attribute-mangle rsc-role with-rsc-role rsc-instance with-rsc-instance influence symmetrical description > resource_set lifetime rule',
  rsc_order:
    'id! first then score kind symmetrical require-all first-action then-action first-instance then-instance description > resource_set lifetime',
  rsc_ticket: 'id! rsc rsc-role ticket! loss-policy description > resource_set',
  resource_set:
    'id! id-ref sequential require-all ordering action role score kind description > resource_ref',
  resource_ref: 'id!',
  lifetime: '> rule',
  rule: 'id! id-ref score score-attribute boolean-op role >+ expression date_expression rule rsc_expression op_expression',
  expression: 'id! attribute! operation! value value-source type',
  date_expression: 'id! operation start end > duration? date_spec?',
  duration: TIMES,
  date_spec: TIMES,
  rsc_expression: 'id! class provider type',
  op_expression: 'id! name! interval',
  'fencing-level': 'id! target target-pattern target-attribute target-value index! devices!',
  tag: 'id! description > obj_ref',
  obj_ref: 'id!',
  alert: 'id! path! description > select meta_attributes instance_attributes recipient',
  recipient: 'id! value! description > meta_attributes instance_attributes',
  select: '> select_nodes select_fencing select_resources select_attributes',
  select_nodes: '',
  select_fencing: '',
  select_resources: '',
  select_attributes: '> attribute',
  attribute: 'id! name!',
  acl_target: 'id! name description > role',
  acl_group: 'id! name description > role',
  acl_role: 'id! description > acl_permission read write deny',
  acl_user: 'id! description > role_ref read write deny',
  acl_permission: PERMISSION.replace('kind', 'kind!'),
  read: PERMISSION,
  write: PERMISSION,
  deny: PERMISSION,
  role: 'id!',
  role_ref: 'id!',
};

/** Rules by the name of the element. */
export const SCHEMA: ReadonlyMap<string, ElementRule> = new Map(
  Object.entries(LINES).map(([name, line]) => [name, readRule(line)]),
);

function readRule(line: string): ElementRule {
  const [attributes = '', content = ''] = line.split('>');
  const words = (text: string): string[] => text.split(' ').filter((each) => each !== '');
  const names = words(attributes);
  const children = words(content.replace('+', ''));
  return {
    required: names.filter((each) => each.endsWith('!')).map((each) => each.slice(0, -1)),
    attributes: new Set(names.map((each) => each.replace('!', ''))),
    children: new Set(children.map((each) => each.replace(/[?!]/, ''))),
    single: new Set(children.filter((each) => /[?!]/.test(each)).map((each) => each.slice(0, -1))),
    needed: children.filter((each) => each.endsWith('!')).map((each) => each.slice(0, -1)),
    filled: content.startsWith('+'),
    mayRefer: names.includes('id-ref'),
  };
}
