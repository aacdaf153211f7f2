import type { ComponentLogger, Logger } from '@libp2p/interface';

const ignore = (): void => {};

// One logger for every component and scope: libp2p makes a new scope for each stream and calls it for each
// frame.
const quiet: Logger = Object.assign(ignore, {
  error: ignore,
  trace: ignore,
  enabled: false,
  newScope: (): Logger => quiet,
});

/** libp2p's own log lines are dropped; what matters is reported by this package. */
export const quietLogger: ComponentLogger = { forComponent: () => quiet };
