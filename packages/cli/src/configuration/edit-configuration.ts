import type { ControlClient } from '@holdfast/client';
import {
  type Configuration,
  ConfigurationDraft,
  changeToJson,
  diffConfigurations,
  entityId,
  type Finding,
  findingsError,
  HoldfastError,
  type RevisionedConfiguration,
  revisionedConfigurationFromJson,
  validateConfiguration,
} from '@holdfast/model';
import { agentWarnings } from './agent-warnings.ts';

/** Reads the configuration of the cluster with its revisions. @throws HoldfastError */
export async function fetchConfiguration(client: ControlClient): Promise<RevisionedConfiguration> {
  return revisionedConfigurationFromJson(await client.configuration());
}

/** How a change is to be made. */
export interface EditOptions {
  /** Check only; the cluster also checks it, but nothing is applied. */
  readonly dryRun?: boolean;
  /**
   * How often the edit is repeated on the newest configuration when somebody else wrote the same objects meanwhile.
   * @default 3
   */
  readonly attempts?: number;
  /**
   * What the edit is based on, where a person saw it some time ago: if one of the objects was changed since, the edit
   * is refused with CONFIG_CONFLICT. @default the configuration of now
   */
  readonly base?: RevisionedConfiguration;
}

/** What a change did. */
export interface EditResult {
  /** True when there was something to change. */
  readonly changed: boolean;
  readonly applied: boolean;
  /** One entry for each object written or removed. */
  readonly operations: readonly {
    readonly action: 'put' | 'delete';
    readonly kind: string;
    readonly id: string;
  }[];
  /** What was changed beyond what was asked. */
  readonly notes: readonly string[];
  /** What is worth knowing about the result and was not so before. */
  readonly warnings: readonly string[];
}

/**
 * Changes the cluster's configuration in one transaction: reads it, edits a draft, checks the result whole, and commits
 * with the revisions read, so that nobody's change is overwritten.
 * @throws HoldfastError from the edit, CONFIG_INVALID, CONFIG_CONFLICT, or what the cluster answers
 */
export async function editConfiguration(
  client: ControlClient,
  edit: (draft: ConfigurationDraft) => void,
  options: EditOptions = {},
): Promise<EditResult> {
  for (let attempt = 1; ; attempt++)
    try {
      return await editOnce(client, edit, options);
    } catch (error) {
      const isConflict = error instanceof HoldfastError && error.code === 'CONFIG_CONFLICT';
      const attempts = options.base ? 1 : (options.attempts ?? 3);
      if (!isConflict || attempt >= attempts) throw error;
    }
}

async function editOnce(
  client: ControlClient,
  edit: (draft: ConfigurationDraft) => void,
  options: EditOptions,
): Promise<EditResult> {
  const state = options.base ?? (await fetchConfiguration(client));
  const draft = new ConfigurationDraft(state.configuration);
  edit(draft);
  return commitDraft(client, state, draft, options.dryRun === true);
}

/**
 * Checks a draft that was made of a state, and commits the difference in one transaction.
 * @throws HoldfastError CONFIG_INVALID, CONFIG_CONFLICT, or what the cluster answers
 */
export async function commitDraft(
  client: ControlClient,
  state: RevisionedConfiguration,
  draft: ConfigurationDraft,
  dryRun = false,
): Promise<EditResult> {
  const after = draft.configuration();
  const change = diffConfigurations(state.configuration, after, (key) => state.revisions.get(key) ?? 0);
  const result = {
    operations: change.operations.map((each) =>
      each.kind === 'put'
        ? { action: each.kind, kind: each.entity.kind, id: entityId(each.entity) }
        : { action: each.kind, kind: each.entityKind, id: each.id },
    ),
    notes: draft.notes,
  };
  if (change.operations.length === 0) return { ...result, changed: false, applied: false, warnings: [] };
  const warnings = await checkResult(client, state.configuration, after);
  warnings.push(...(await agentWarnings(client, after, state.configuration)));
  await client.change({ change: changeToJson(change), ...(dryRun ? { dryRun: true } : {}) });
  return { ...result, changed: true, applied: !dryRun, warnings };
}

/** @throws HoldfastError CONFIG_INVALID; returns warnings that the change brought */
async function checkResult(
  client: ControlClient,
  before: Configuration,
  after: Configuration,
): Promise<string[]> {
  const nodes = namesAnotherNode(after) ? (await client.status()).nodes.map((each) => each.name) : [];
  const options = nodes.length > 0 ? { nodes } : {};
  const { errors, warnings } = validateConfiguration(after, options);
  if (errors.length > 0) throw findingsError(errors);
  const known = new Set(validateConfiguration(before, options).warnings.map((each) => each.problem));
  return warnings.filter((each: Finding) => !known.has(each.problem)).map((each) => each.problem);
}

/** Whether a location names a node that is not configured; members need not be, so the cluster must be asked. */
function namesAnotherNode({ constraints, nodes }: Configuration): boolean {
  const configured = new Set(nodes.flatMap((each) => [each.id, each.name]));
  return constraints.some(
    (each) => each.kind === 'location' && each.node !== undefined && !configured.has(each.node),
  );
}
