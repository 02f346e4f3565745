/**
 * Retries start at level 3: at speed 1 a message fails at 0, 1, 3 and 6 s and then becomes a dead letter, so an outage of
 * some seconds shows everything. RocketMQ's own levels (10 s, 30 s, 1 min, …) take hours for the same story.
 */
const DELAY_SECONDS = [1, 1, 1, 2, 3, 4, 5, 6, 7, 8]
const FIRST_RETRY_LEVEL = 3
const RETRIES_MAX = 3
/** On a cluster whose levels are as long as they are, a message has as many retries as fit into this, and at least one. */
const RETRIES_LAST_SECONDS_MAX = 15
const SECONDS_OF_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 }

/** Levels are whole seconds, so none is below one. */
export function storyDelayLevels(speed: number): string {
  return DELAY_SECONDS.map((seconds) => `${Math.max(1, Math.round(seconds / speed))}s`).join(' ')
}

/** How long a message waits for each of its retries, in seconds, where the delay levels are ours. */
export function storyRetrySeconds(speed: number): number[] {
  return secondsIn(storyDelayLevels(speed)).slice(FIRST_RETRY_LEVEL - 1, FIRST_RETRY_LEVEL - 1 + RETRIES_MAX)
}

/** The same for the delay levels of another cluster, such as `1s 5s 10s 30s 1m`. */
export function retrySecondsOf(delayLevels: string): number[] {
  const [first, ...others] = secondsIn(delayLevels).slice(FIRST_RETRY_LEVEL - 1)
  if (first === undefined) throw new Error(`the cluster has no delay level for retries: "${delayLevels}"`)
  const retries = [first]
  let sum = first
  for (const seconds of others) {
    sum += seconds
    if (sum > RETRIES_LAST_SECONDS_MAX || retries.length === RETRIES_MAX) break
    retries.push(seconds)
  }
  return retries
}

function secondsIn(delayLevels: string): number[] {
  return delayLevels
    .trim()
    .split(/\s+/)
    .map((level) => Number.parseInt(level, 10) * SECONDS_OF_UNIT[level.at(-1)!]!)
}
