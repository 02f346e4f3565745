import type { FailedAttempt, FailureHistory } from '@rocketeer/protocol/record'
import { failuresOf, lastErrorOf } from '../messages/failures.js'
import type { Message } from '../messages/received-message.js'

/** A message that a group gave up. */
export interface DeadLetter {
  message: Message
  /** When it became a dead letter, milliseconds since the epoch. */
  since: number
  /** Every failed attempt its consumers noted. */
  failures: FailureHistory
  /** What it died of; see `lastErrorOf`. */
  error: FailedAttempt['error'] | undefined
  /** True when a replay has gone past it. */
  replayed: boolean
}

/** `replayedUntil`: the offset up to which replays have gone in its queue. */
export function deadLetterOf(message: Message, replayedUntil: number): DeadLetter {
  return {
    message,
    since: message.storeTimestamp,
    failures: failuresOf(message),
    error: lastErrorOf(message),
    replayed: message.queueOffset < replayedUntil,
  }
}
