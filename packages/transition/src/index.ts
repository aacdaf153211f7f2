/** @holdfast/transition: walks an action graph. See README.md. */
export * from './graph-walker.ts';
export * from './throttle.ts';
export * from './transition-lifecycle.ts';
