/** Builds all agents into a folder, which is replaced. @default dist beside this file */
export function buildAgents(dist?: string): Promise<void>;
