import { parseTime } from '../rules/parse-time.ts';

/**
 * Milliseconds until the next multiple of the interval counted from `origin`, so that a recurring operation
 * falls on fixed times of day whatever its start.
 */
export function startDelayFromOrigin(
  origin: string,
  intervalMs: number,
  nowSeconds: number,
): number | undefined {
  const originSeconds = parseTime(origin);
  if (originSeconds === undefined) return undefined;
  const intervalSeconds = Math.trunc(intervalMs / 1000);
  if (intervalSeconds <= 0) return undefined;
  const passed = (((nowSeconds - originSeconds) % intervalSeconds) + intervalSeconds) % intervalSeconds;
  return passed === 0 ? 0 : (intervalSeconds - passed) * 1000;
}
