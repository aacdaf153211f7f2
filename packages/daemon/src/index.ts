/** @holdfast/daemon: where the node core meets the adapters. See README.md. */
export { type LocalConfiguration, loadLocalConfiguration } from './configuration/local-configuration.ts';
export { Daemon, type DaemonOptions } from './lifecycle/daemon.ts';
export type { DaemonIdentity, MemberAdapters, TransportRequest } from './lifecycle/member-adapters.ts';
export { runDaemon } from './lifecycle/run-daemon.ts';
