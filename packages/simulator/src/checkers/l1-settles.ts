import { PROMOTED_DATABASE } from '../workload/extras.ts';
import type { World } from '../world/world.ts';

/**
 * L1: after the faults end, a majority elects one leader and every resource runs once. Called at the end of the quiet
 * phase. Failures of resources were cleaned up by the operator, so nothing may stay down.
 */
export function checkSettled(world: World): void {
  const views = [...world.hosts.values()].map((host) => host.node?.inspect());
  const leaders = views.filter((view) => view?.role === 'leader');
  if (leaders.length !== 1) {
    world.checkers.report('L1-settles', `${leaders.length} leaders after two quiet minutes`);
    return;
  }
  const voters = [...world.design.roles.values()].filter(({ voter }) => voter).length;
  for (const host of world.hosts.values()) {
    const view = host.node?.inspect();
    const problem = !view
      ? 'has no daemon'
      : !view.authority
        ? 'has no authority'
        : view.voters.length !== voters
          ? `knows ${view.voters.length} voters of ${voters}`
          : undefined;
    if (problem) world.checkers.report('L1-settles', `${host.name} ${problem} after two quiet minutes`);
  }
  for (const [name, services] of world.services) {
    const hidden = services.hiddenResources();
    if (hidden.length === 0) continue;
    const text = `${name} still runs ${hidden.join()}, which an agent had said was stopped, though it was probed since`;
    world.checkers.report('L1-settles', text);
  }
  const once = world.extras.database ? [PROMOTED_DATABASE] : [];
  for (const resource of [...world.design.exclusive, ...once]) {
    const hosts = world.checkers.exclusive.hostsOf(resource);
    if (hosts.length !== 1) {
      world.checkers.report(
        'L1-settles',
        `${resource} runs on ${hosts.length} hosts after two quiet minutes`,
      );
    }
  }
}
