import { z } from '@rocketeer/foundation'

export const DAY_MS = 86_400_000

/** A whole number, both ends included. */
export const between = (min: number, max: number) => z.int().min(min).max(max)

/** Text of the alphabet; `allowed` says which that is, and `why` why there may not be more characters. */
export const nameOf = (alphabet: RegExp, allowed: string, charactersMax: number, why: string) =>
  z
    .string()
    .min(1, 'must not be empty')
    .max(charactersMax, `must have at most ${charactersMax} characters: ${why}`)
    .regex(alphabet, `only ${allowed} may be used`)

/** Cluster, topic and group names share Apache's alphabet. Apache: TopicValidator. */
export const name = (charactersMax: number, why: string) =>
  nameOf(/^[%|a-zA-Z0-9._-]*$/, 'letters, digits, "_", "-", ".", "|" and "%"', charactersMax, why)
