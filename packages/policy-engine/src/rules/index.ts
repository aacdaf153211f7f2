export { formatDateText, formatUtc } from './calendar.ts';
export { type EvaluateBlocksOptions, evaluateBlocks } from './evaluate-blocks.ts';
export { evaluateRule } from './evaluate-rule.ts';
export { parseDurationMs } from './parse-duration.ts';
export { parseTime } from './parse-time.ts';
export { ReferenceIndex } from './reference-index.ts';
