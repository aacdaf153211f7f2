/** @holdfast/model: the vocabulary of a cluster. See README.md. */
export * from './agent-metadata/agent-metadata.ts';
export { type AgentMetadataResult, parseAgentMetadata } from './agent-metadata/parse-agent-metadata.ts';
export * from './change/apply-change.ts';
export * from './change/configuration-change.ts';
export { ConfigurationReading } from './change/configuration-reading.ts';
export * from './change/diff-configurations.ts';
export * from './change/entity.ts';
export {
  type ConfigurationList,
  configurationLists,
  listFromTexts,
  listTexts,
} from './change/list-texts.ts';
export * from './change/overlay-map.ts';
export { prepareChange } from './change/prepare-change.ts';
export { parseInSlices, readConfigurationInSlices } from './change/read-in-slices.ts';
export * from './change/revisioned-configuration.ts';
export { finish, OPERATIONS_PER_SLICE } from './change/slices.ts';
export type { CibWarning } from './cib-xml/element-reader.ts';
export { formatCib, formatEntity } from './cib-xml/format-cib.ts';
export { escapeAttribute, formatXml, type XmlOutput } from './cib-xml/format-xml.ts';
export { type ParseCibOptions, parseCib } from './cib-xml/parse-cib.ts';
export { readEntities } from './cib-xml/read-entity.ts';
export { readXml, type XmlElement, type XmlLimits } from './cib-xml/xml-element.ts';
export * from './configuration/attributes.ts';
export * from './configuration/configuration.ts';
export * from './configuration/constraint.ts';
export {
  type BlockById,
  type PlainBlocksOptions,
  plainBlocks,
  resourceBlocks,
} from './configuration/plain-blocks.ts';
export { primitivesOf } from './configuration/primitives-of.ts';
export * from './configuration/resource.ts';
export * from './configuration/rule.ts';
export {
  type ParseStatementsOptions,
  parseStatement,
  parseStatements,
  STATEMENT_KEYWORDS,
} from './crm-syntax/parse-statements.ts';
export {
  printConfiguration,
  printObject,
  referencedIds,
  type ShownObject,
  type ShowOptions,
  showObjects,
} from './crm-syntax/print-configuration.ts';
export { type PrintOptions, printStatement } from './crm-syntax/print-statement.ts';
export { canonicalStatement } from './crm-syntax/same-statement.ts';
export * from './crm-syntax/statement.ts';
export { type AdvisedAction, adviseOperations } from './edit/advise-operations.ts';
export { configurationOf } from './edit/build-configuration.ts';
export { completeIds } from './edit/complete-ids.ts';
export { ConfigurationDraft, type PutMode } from './edit/configuration-draft.ts';
export { findInBlocks, setInBlocks } from './edit/edit-attributes.ts';
export { type GroupPlace, modifyGroup } from './edit/modify-group.ts';
export * from './edit/resource-commands.ts';
export { selectObjects } from './edit/select-objects.ts';
export * from './edit/trace-operations.ts';
export * from './errors/catalogue.ts';
export * from './errors/holdfast-error.ts';
export * from './graph/action-graph.ts';
export { formatActionGraph } from './graph/format-action-graph.ts';
export { parseActionGraph } from './graph/parse-action-graph.ts';
export { changeFromJson, changeToJson } from './json/change-codec.ts';
export { configurationFromJson, configurationToJson } from './json/configuration-json.ts';
export * from './limits.ts';
export { Pattern } from './pattern/pattern.ts';
export * from './score.ts';
export * from './status/cluster-information.ts';
export * from './status/cluster-status.ts';
export * from './status/operation-record.ts';
export type { Finding } from './validate/finding.ts';
export { CLUSTER_OPTIONS, currentOptionName } from './validate/known-names.ts';
export { namedAgents } from './validate/named-agents.ts';
export {
  type ValidationOptions,
  type ValidationResult,
  validateConfiguration,
} from './validate/validate-configuration.ts';
export { parseBoolean, parseDurationMs } from './validate/value-syntax.ts';
