import type { NodeInstance } from './node-instance.ts';
import type { ResourceInstance } from './resource-instance.ts';

/** One replica of a bundle: address, container, the resource inside and the connection to it. */
export interface ReplicaState {
  readonly offset: number;
  readonly bundle: ResourceInstance;
  ipAddress: string | undefined;
  ip: ResourceInstance | undefined;
  container: ResourceInstance | undefined;
  remote: ResourceInstance | undefined;
  child: ResourceInstance | undefined;
  /** The guest node the replica is. */
  node: NodeInstance | undefined;
}

/** A bundle: its replicas and the clone of the resource inside. */
export interface BundleState {
  readonly runtime: 'docker' | 'podman' | 'rkt';
  replicas: ReplicaState[];
  replicasPerHost: number;
  promotedMax: number;
  /** Implicit clone that holds the resource inside. */
  child: ResourceInstance | undefined;
  image: string | undefined;
  controlPort: string | undefined;
  addHost: boolean;
}
