import { eventually } from '@rocketeer/test-kit'

const QUIET_MS = 2_000

/** Resolves to the number once it has not changed for a while. */
export async function quiet(count: () => number): Promise<number> {
  let seen = { count: count(), at: Date.now() }
  await eventually(
    () => {
      if (count() !== seen.count) seen = { count: count(), at: Date.now() }
      return Date.now() - seen.at > QUIET_MS
    },
    { withinMs: 30_000 },
  )
  return seen.count
}
