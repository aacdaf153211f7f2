import type { ResourceReport, StatusReport } from '@holdfast/client';

/** The reports of a resource: itself, its instances, or everything in it. */
export function reportsOf(status: StatusReport, id: string): ResourceReport[] {
  return status.resources.filter(
    (each) => each.id === id || each.id.startsWith(`${id}:`) || each.parents.includes(id),
  );
}

/** The nodes a resource runs on, each once. */
export function nodesOf(status: StatusReport, id: string): string[] {
  return [...new Set(reportsOf(status, id).flatMap((each) => each.nodes))];
}

/** True when everything of the resource runs. */
export function isRunning(status: StatusReport, id: string): boolean {
  const reports = reportsOf(status, id);
  return reports.length > 0 && reports.every((each) => isUp(each));
}

/** True when nothing of the resource runs or is about to. */
export function isStopped(status: StatusReport, id: string): boolean {
  return reportsOf(status, id).every((each) => each.role === 'Stopped' && each.nodes.length === 0);
}

function isUp({ role, nodes }: ResourceReport): boolean {
  return nodes.length > 0 && ['Started', 'Promoted', 'Unpromoted'].includes(role);
}

/** Why a resource is not where it should be, in words. */
export function explainState(status: StatusReport | undefined, id: string): string {
  const report = status && reportsOf(status, id).find((each) => each.reason !== null || !isUp(each));
  if (!report) return status ? `${id} runs on ${nodesOf(status, id).join(' ')}` : 'the cluster said nothing';
  const why = report.reason ? `: ${report.reason}` : '';
  return `${report.id} is ${report.role}${report.nodes.length > 0 ? ` on ${report.nodes.join(' ')}` : ''}${why}`;
}
