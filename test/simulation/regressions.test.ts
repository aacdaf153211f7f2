import { type FixedDesign, runSeed } from '@holdfast/simulator';
import { describe, expect, it } from 'vitest';
import { computePolicy } from './compute-policy.ts';

interface Regression {
  readonly seed: number;
  readonly allFaults: boolean;
  /** In a wide world; see the simulator's README. */
  readonly wide?: boolean;
  /** Agents come and go. */
  readonly byHand?: boolean;
  /** What of the cluster was not drawn. */
  readonly design?: FixedDesign;
  readonly bug: string;
}

/** Seeds that once showed a bug, with the bug. They stay here for good. */
const REGRESSIONS: readonly Regression[] = [
  {
    seed: 80,
    allFaults: false,
    bug: 'a hello of the machine that had the name before was taken for one of its successor',
  },
  { seed: 3058, allFaults: true, bug: 'a start went out although an earlier holder had not been released' },
  {
    seed: 117,
    allFaults: false,
    bug: 'a record of a live migration outlived a start on its source: the second half went out again much later',
  },
  {
    seed: 6005,
    allFaults: true,
    bug: 'the second half of a live migration, tried again, went out after the grant of the first was released',
  },
  {
    seed: 30127,
    allFaults: true,
    bug: 'a new machine whose name was proven off between joining and its first life was never let in',
  },
  {
    seed: 40356,
    allFaults: true,
    bug: 'a leader left cleanly while a start that had just been granted to itself was under way',
  },
  {
    seed: 70964,
    allFaults: true,
    bug: 'what needs a failed resource that is not managed was restarted with every plan, without end',
  },
  {
    seed: 74481,
    allFaults: true,
    bug: 'what depends on a start that was in progress when the leader changed started before it had ended',
  },
  {
    seed: 90051,
    allFaults: true,
    bug: 'a start whose grant was committed after its plan had been given up was sent all the same',
  },
  {
    seed: 90025,
    allFaults: true,
    bug: 'what needs a resource that is not managed started beside it after its probes had ended with errors',
  },
  {
    seed: 100750,
    allFaults: true,
    bug: 'a leader that handed over before an entry of its term was committed stepped without end, for what was due',
  },
  {
    seed: 101167,
    allFaults: true,
    bug: 'what had failed was recovered beside a resource that is not managed and whose probe had ended with an error',
  },
  {
    seed: 102626,
    allFaults: true,
    bug: 'a member forgot with the records of a cleanup that the resource was active: it did not stop it without quorum',
  },
  {
    seed: 103824,
    allFaults: true,
    bug: 'what needs a group started although a member of it stayed blocked',
  },
  {
    seed: 200030,
    allFaults: true,
    wide: true,
    bug: 'the old probe of the target was taken for proof that a virtual machine on its way had not arrived there',
  },
  {
    seed: 200139,
    allFaults: true,
    wide: true,
    bug: 'the same, of a plan that wanted it back on its source',
  },
  {
    seed: 200186,
    allFaults: true,
    wide: true,
    bug: 'a leader built on a resource that its member was about to stop on its own account',
  },
  {
    seed: 200224,
    allFaults: true,
    wide: true,
    bug: 'a member without quorum let run what had come to it with the first half of a live migration',
  },
  {
    seed: 200308,
    allFaults: true,
    wide: true,
    bug: 'a new leader took the old probe of the target of a live migration for proof',
  },
  {
    seed: 200333,
    allFaults: true,
    wide: true,
    bug: 'a virtual machine that was sent to a member without quorum was started again once that member was lost',
  },
  {
    seed: 202042,
    allFaults: true,
    wide: true,
    bug: 'without fencing a virtual machine that was sent to a member without a lease ran on there',
  },
  {
    seed: 202085,
    allFaults: true,
    wide: true,
    bug: 'the deadline of a question that was settled otherwise stayed due: the leader stepped without end',
  },
  {
    seed: 202194,
    allFaults: true,
    wide: true,
    bug: 'the same, after a member had lost its authority for a moment and got it back',
  },
  {
    seed: 204002,
    allFaults: true,
    wide: true,
    bug: 'an operator word that a machine is off was taken, late, for one about its next life',
  },
  {
    seed: 120375,
    allFaults: true,
    bug: 'source and target of a live migration that both lost power waited for each other for ever, without fencing',
  },
  {
    seed: 123558,
    allFaults: true,
    bug: 'what is ordered after a group was restarted in place beside a member of it that was stopped and stays so',
  },
  {
    seed: 205283,
    allFaults: true,
    wide: true,
    bug: 'the first half of a live migration outlasted the fencing of its target and reached the next boot of that machine',
  },
  {
    seed: 208035,
    allFaults: true,
    wide: true,
    bug: 'the same, of a target that its watchdog had reset, which was not proven yet',
  },
  {
    seed: 500001,
    allFaults: true,
    wide: true,
    byHand: true,
    bug: 'a probe whose agent had been removed was taken for proof that the service had stopped',
  },
  {
    seed: 220277,
    allFaults: true,
    wide: true,
    byHand: true,
    bug: 'the checker of S7 took a monitor that was cut short for an answer (no bug of a member)',
  },
  {
    seed: 230076,
    allFaults: true,
    wide: true,
    byHand: true,
    design: { shape: 'plain', fencing: false },
    bug: 'the checker of S10 took the first life of a new machine for the one that was proven off (no bug of a member)',
  },
  {
    seed: 220915,
    allFaults: true,
    wide: true,
    byHand: true,
    bug: 'a probe that the engine takes for stopped was put in the log as a copy found there: nothing ever stopped it',
  },
];

describe('seeds that once showed a bug', () => {
  for (const { seed, allFaults, wide = false, byHand = false, design = {}, bug } of REGRESSIONS) {
    it(`${seed}: ${bug}`, () => {
      expect(runSeed({ seed, allFaults, wide, byHand, design, computePolicy }).findings).toEqual([]);
    });
  }
});
