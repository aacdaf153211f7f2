export { formatBlockedCounts, formatClusterStatus, formatRestrictions } from './cluster-status-text.ts';
export { compareNames } from './compare-names.ts';
export { formatDecisions } from './decision-text.ts';
export { formatDot } from './dot-text.ts';
export { nodeCondition } from './node-list.ts';
export { formatScores } from './scores-text.ts';
export { formatSvg } from './svg-text.ts';
