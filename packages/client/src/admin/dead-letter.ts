import type { FailureHistory } from '@rocketeer/protocol/record'
import { failuresOf } from '../messages/failures.js'
import type { Message } from '../messages/received-message.js'

/** A message that a group gave up. */
export interface DeadLetter {
  message: Message
  /** When it became a dead letter, milliseconds since the epoch. */
  since: number
  /** Every failed attempt its consumers noted. */
  failures: FailureHistory
  /** What it died of: the error of the last attempt, or else the reason its handler gave; undefined where nothing was noted. */
  error: { name: string; message: string } | undefined
  /** True when a replay has gone past it. */
  replayed: boolean
}

/** `replayedUntil`: the offset up to which replays have gone in its queue. */
export function deadLetterOf(message: Message, replayedUntil: number): DeadLetter {
  const failures = failuresOf(message)
  return {
    message,
    since: message.storeTimestamp,
    failures,
    error: errorOf(message, failures),
    replayed: message.queueOffset < replayedUntil,
  }
}

function errorOf(message: Message, { attempts }: FailureHistory): DeadLetter['error'] {
  const last = attempts.at(-1)?.error
  const { deadLetterReason: reason } = message
  return last ?? (reason === undefined ? undefined : { name: 'Error', message: reason })
}
