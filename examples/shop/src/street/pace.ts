/**
 * Retries start at level 3: at speed 1 a message fails at 0, 1, 3 and 6 s and then becomes a dead letter, so an outage of
 * some seconds shows everything. RocketMQ's own levels (10 s, 30 s, 1 min, …) take hours for the same story.
 */
const DELAY_SECONDS = [1, 1, 1, 2, 3, 4, 5, 6, 7, 8]

/** Levels are whole seconds, so none is below one. */
export function storyDelayLevels(speed: number): string {
  return DELAY_SECONDS.map((seconds) => `${Math.max(1, Math.round(seconds / speed))}s`).join(' ')
}

/** How long the retries of a message take that fails every time, in milliseconds. */
export function retriesLastMs(retriesMax: number, speed: number): number {
  const seconds = DELAY_SECONDS.slice(2, 2 + retriesMax).map((each) => Math.max(1, Math.round(each / speed)))
  return seconds.reduce((sum, each) => sum + each, 0) * 1_000
}
