import { createHash } from 'node:crypto'

/** A number from 0 to just below 1 that a seed and a name decide, the same in every run and every process. */
export function chance(seed: number, name: string): number {
  return createHash('sha1').update(`${seed} ${name}`).digest().readUInt32BE() / 2 ** 32
}
