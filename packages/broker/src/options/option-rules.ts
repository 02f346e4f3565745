import { z } from '@rocketeer/foundation'

export const DAY_MS = 86_400_000

/** A whole number, both ends included. */
export const between = (min: number, max: number) => z.int().min(min).max(max)

/** Cluster, topic and group names share Apache's alphabet. Apache: TopicValidator. */
export const name = () =>
  z.string().regex(/^[%|a-zA-Z0-9._-]{1,255}$/, 'only letters, digits, "_", "-", "." and "%" may be used')
