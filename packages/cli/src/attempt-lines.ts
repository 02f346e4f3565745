import type { FailedAttempt, FailureHistory } from '@rocketeer/client'
import { formatCount, formatTime } from './output.js'
import { dim, type Styled, yellow } from './styled.js'
import { wrappedLines } from './wrap.js'

/** Attempts in a row that failed for the same reason. */
interface Run {
  readonly error: FailedAttempt['error']
  readonly attempts: readonly FailedAttempt[]
}

/** `RangeError: no coupon`, or the one of the two there is. */
export function errorText({ name, message }: FailedAttempt['error']): string {
  return [name, message].filter((part) => part !== '').join(': ')
}

/** All failed attempts at a message with the replays between them: those in a row that failed for one reason are told together. */
export function attemptLines(history: FailureHistory, columns: number | undefined, indent: string): Styled[] {
  const { attempts, dropped, replays } = history
  const runs = runsOf(attempts, replays)
  const blocks = [
    ...runs.map((run) => ({ at: run.attempts[0]!.at, lines: runLines(run, columns, indent) })),
    ...replays.map((at) => ({ at, lines: [yellow(`${indent}${formatTime(at)}  given again by a replay`)] })),
  ].sort((a, b) => a.at - b.at)
  if (dropped > 0) {
    const count = formatCount(dropped, 'attempt')
    const lines = [dim(`${indent}… ${count} more, for which there was no room`)]
    blocks.splice(Math.min(1, blocks.length), 0, { at: 0, lines })
  }
  return blocks.flatMap(({ lines }) => lines)
}

function runsOf(attempts: readonly FailedAttempt[], replays: readonly number[]): Run[] {
  const runs: { error: FailedAttempt['error']; attempts: FailedAttempt[] }[] = []
  for (const attempt of attempts) {
    const last = runs.at(-1)
    const before = last?.attempts.at(-1)
    const replayed = before !== undefined && replays.some((at) => at >= before.at && at <= attempt.at)
    if (last !== undefined && !replayed && errorText(last.error) === errorText(attempt.error))
      last.attempts.push(attempt)
    else runs.push({ error: attempt.error, attempts: [attempt] })
  }
  return runs
}

function runLines({ error, attempts }: Run, columns: number | undefined, indent: string): Styled[] {
  const [first, last] = [attempts[0]!, attempts.at(-1)!]
  const times = attempts.length === 1 ? '' : ` to ${formatTime(last.at)}, ${attempts.length} times`
  const members = [...new Set(attempts.map(({ member }) => member))].join(', ')
  const longest = Math.max(...attempts.map(({ durationMs }) => durationMs))
  const upTo = attempts.length === 1 ? '' : 'up to '
  const facts = `${formatTime(first.at)}${times}, ${upTo}${longest} ms, ${members}`
  return [
    ...wrappedLines(facts, { columns, indent, style: dim }),
    ...wrappedLines(errorText(error), { columns, indent: `${indent}  ` }),
  ]
}
