import type { Configuration } from '../configuration/configuration.ts';
import { decodeOrExplain } from './change-codec.ts';
import { configurationCodec } from './configuration-codec.ts';

/** A configuration as plain JSON with a fixed key order. */
export function configurationToJson(configuration: Configuration): unknown {
  return configurationCodec.encode(configuration);
}

/** Checks plain JSON and returns the configuration. @throws HoldfastError JSON_INVALID naming the place. */
export function configurationFromJson(json: unknown): Configuration {
  return decodeOrExplain(configurationCodec, json, 'configuration');
}
