import { type Moment, type RunEvent, RunRecord } from '@rocketeer/test-kit'

/** A line that a program of a random run prints. */
export interface StoryLine {
  topic: string
  event: RunEvent
}

/** The machine's clocks, the same for every program. */
export function now(): Moment {
  return { time: Date.now(), tick: Number(process.hrtime.bigint()) / 1000 }
}

/** What happens in a topic is told to the test, line by line: writing to a pipe is done when it returns. */
export function storyOf(topic: string): RunRecord {
  return new RunRecord(now, (event) => {
    const line: StoryLine = { topic, event }
    process.stdout.write(`${JSON.stringify(line)}\n`)
  })
}

/** Says that the program works, and resolves when the test asks for a clean end. */
export function askedToStop(): Promise<void> {
  const asked = new Promise<void>((resolve) => process.once('SIGTERM', () => resolve()))
  process.stdout.write('started\n')
  return asked
}

/** The messages of a run begin with their id. */
export function idOf(text: string): string {
  return text.slice(0, text.indexOf(' '))
}

/** What the producers' database says about a transaction: anybody who knows the message can look it up. */
export function outcomeOf(id: string): 'commit' | 'rollback' {
  return hash(id) % 10 < 6 ? 'commit' : 'rollback'
}

/** FNV-1a. */
export function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value ^ (value >>> 15)) >>> 0
}
