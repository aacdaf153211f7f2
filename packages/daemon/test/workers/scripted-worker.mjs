// A policy thread that does what the input says, to try the daemon's side of it.
import { parentPort } from 'node:worker_threads';

parentPort.on('message', ({ token, input }) => {
  const { behave, value } = input;
  if (behave === 'hang') for (;;);
  if (behave === 'crash') throw new Error('out of order');
  if (behave === 'leave') process.exit(3);
  if (behave === 'grow') {
    const held = [];
    for (;;) held.push(new Array(100_000).fill(token));
  }
  const result = { graph: { header: {}, synapses: [] }, summary: [value], reasons: {}, explanation: null };
  parentPort.postMessage({ token, result, durationMs: 0 });
});
