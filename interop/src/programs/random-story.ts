import { hashOf, type Moment, type RunEvent, RunRecord } from '@rocketeer/test-kit'

/** A line that a program of a random run prints. */
export interface StoryLine {
  topic: string
  event: RunEvent
}

/** The time by the machine's clocks, which are the same for every program. */
export function now(): Moment {
  return { time: Date.now(), tick: Number(process.hrtime.bigint()) / 1000 }
}

/** A record of a topic that prints each event for the test; a write to a pipe is complete when it returns. */
export function storyOf(topic: string): RunRecord {
  return new RunRecord(now, (event) => {
    const line: StoryLine = { topic, event }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  })
}

/** Prints that the program has started, and resolves when the test asks for a clean end. */
export function askedToStop(): Promise<void> {
  const asked = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()))
  process.stdout.write('started\n')
  return asked
}

/** The outcome in the producers' database, made of the id so that every program can look it up. */
export function outcomeOf(id: string): 'commit' | 'rollback' {
  return hashOf(id) % 10 < 6 ? 'commit' : 'rollback'
}
