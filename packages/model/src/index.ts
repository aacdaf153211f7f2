/** @holdfast/model: the vocabulary of a cluster. See README.md. */
export type { CibWarning } from './cib-xml/element-reader.ts';
export { formatCib } from './cib-xml/format-cib.ts';
export { escapeAttribute } from './cib-xml/format-xml.ts';
export { type ParseCibOptions, parseCib } from './cib-xml/parse-cib.ts';
export type { XmlLimits } from './cib-xml/xml-element.ts';
export * from './configuration/attributes.ts';
export * from './configuration/configuration.ts';
export * from './configuration/constraint.ts';
export * from './configuration/resource.ts';
export * from './configuration/rule.ts';
export * from './errors/catalogue.ts';
export * from './errors/holdfast-error.ts';
export * from './graph/action-graph.ts';
export * from './score.ts';
export * from './status/cluster-information.ts';
export * from './status/cluster-status.ts';
export * from './status/operation-record.ts';
