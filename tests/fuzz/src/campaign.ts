import { BytesError } from "@branta/foundation-bytes";
import { Dice } from "./dice.ts";
import { INPUT_BYTES_MAX, mutate } from "./mutate.ts";
import type { Target } from "./targets.ts";

/** What became of the inputs of one target. */
export interface Tally {
  readonly name: string;
  inputs: number;
  /** Inputs that were understood. */
  values: number;
  /** Inputs that were refused with a BytesError. */
  refused: number;
  /** Longest time that one input took, ms. */
  slowestMs: number;
  readonly findings: Finding[];
}

/** An input on which a target did what it must not. */
export interface Finding {
  readonly target: string;
  readonly inputHex: string;
  readonly error: unknown;
}

const FINDINGS_MAX = 10;
/** Inputs in a row for the same target, so that its code stays warm. */
const RUN_LENGTH = 1_000;

/** Lets every target read its share of `inputs` inputs. The same seed makes the same inputs. */
export function runCampaign(targets: readonly Target[], inputs: number, seed: number): Tally[] {
  const dice = new Dice(seed);
  const tallies = targets.map(({ name }) => ({ name, inputs: 0, values: 0, refused: 0, slowestMs: 0, findings: [] }));
  const turns = targets.flatMap((target, at) => Array.from({ length: target.weight }, () => at));
  const room = Buffer.alloc(INPUT_BYTES_MAX);
  let done = 0;
  for (let turn = 0; done < inputs; turn++) {
    const at = turns[turn % turns.length];
    for (let i = 0; i < RUN_LENGTH && done < inputs; i++, done++) {
      const length = mutate(room, targets[at].samples, dice);
      readOne(targets[at], room.subarray(0, length), dice, tallies[at]);
    }
  }
  return tallies;
}

function readOne(target: Target, input: Buffer, dice: Dice, tally: Tally): void {
  tally.inputs++;
  const start = performance.now();
  try {
    target.read(input, dice);
    tally.values++;
  } catch (error) {
    if (error instanceof BytesError) tally.refused++;
    else if (tally.findings.length < FINDINGS_MAX) {
      tally.findings.push({ target: target.name, inputHex: input.toString("hex"), error });
    }
  }
  const ms = performance.now() - start;
  if (ms > tally.slowestMs) tally.slowestMs = ms;
}
