import { expect, test } from 'vitest';
import { SYSTEM_CLOCK, suspendAwareClock } from '../src/member/monotonic-clock.ts';

/** A machine whose clocks the test sets: `run` all go on, `suspend` the monotonic one stands still. */
function machine() {
  let [monotonic, boot, wall] = [100, 5_000, 1_700_000_000_000];
  let bootReadings = 0;
  const clock = suspendAwareClock({
    monotonicMs: () => monotonic,
    bootMs: () => {
      bootReadings++;
      return Math.floor(boot / 10) * 10;
    },
    wallMs: () => wall,
  });
  return {
    clock,
    readings: () => bootReadings,
    run: (spanMs: number) => {
      monotonic += spanMs;
      boot += spanMs;
      wall += spanMs;
    },
    suspend: (spanMs: number) => {
      boot += spanMs;
      wall += spanMs;
    },
    setWall: (byMs: number) => {
      wall += byMs;
    },
  };
}

test('time in which the machine was suspended has passed at the first look after it', () => {
  const { clock, run, suspend } = machine();
  const before = clock.nowMs();
  run(40);
  suspend(30_000);
  expect(clock.nowMs() - before).toBeGreaterThanOrEqual(30_030);
  expect(clock.nowMs() - before).toBeLessThanOrEqual(30_050);
  run(1000);
  suspend(500);
  expect(clock.nowMs() - before).toBeGreaterThanOrEqual(31_530);
});

test('setting the wall clock changes nothing, in either direction', () => {
  const { clock, run, setWall } = machine();
  const before = clock.nowMs();
  setWall(3_600_000);
  run(10);
  expect(clock.nowMs() - before).toBe(10);
  setWall(-7_200_000);
  run(10);
  expect(clock.nowMs() - before).toBe(20);
});

test('it never goes back, and asks for the time since boot only when the wall clock gives reason to', () => {
  const { clock, run, suspend, setWall, readings } = machine();
  let last = clock.nowMs();
  for (let round = 0; round < 500; round++) {
    if (round % 50 === 3) suspend(round);
    if (round % 70 === 5) setWall(-10_000);
    run(7);
    const nowMs = clock.nowMs();
    expect(nowMs).toBeGreaterThanOrEqual(last);
    last = nowMs;
  }
  expect(readings()).toBeLessThan(30);
});

test('the clock of this machine goes on', async () => {
  const before = SYSTEM_CLOCK.nowMs();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(SYSTEM_CLOCK.nowMs()).toBeGreaterThanOrEqual(before + 25);
});
