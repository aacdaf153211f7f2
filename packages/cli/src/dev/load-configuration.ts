import type { ControlClient } from '@holdfast/client';
import {
  ConfigurationDraft,
  changeToJson,
  diffConfigurations,
  EMPTY_CONFIGURATION,
  parseStatements,
} from '@holdfast/model';

/**
 * Puts the statements of a text into a cluster that has none of these objects yet, as one change.
 * @param source named in errors together with line and column
 * @throws HoldfastError CONFIG_SYNTAX, CONFIG_INVALID, or the cluster's refusal
 */
export async function loadConfiguration(client: ControlClient, text: string, source: string): Promise<void> {
  const draft = new ConfigurationDraft();
  for (const statement of parseStatements(text, { source })) draft.put(statement);
  const change = diffConfigurations(EMPTY_CONFIGURATION, draft.configuration());
  await client.change({ change: changeToJson(change) }, { timeoutMs: 30_000 });
}
