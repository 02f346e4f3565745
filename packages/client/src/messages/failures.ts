import {
  decodeFailureHistory,
  type FailedAttempt,
  type FailureHistory,
  NO_FAILURES,
  PropertyName,
} from '@rocketeer/protocol/record'
import type { Message } from './received-message.js'

/**
 * The failed attempts at a message that its consumers noted: of a dead letter why it died, and of a message delivered again
 * why it was. Without any where they noted none: consumers of other clients do not, nor those with `failureHistory: false`.
 */
export function failuresOf({ properties }: Pick<Message, 'properties'>): FailureHistory {
  return decodeFailureHistory(properties[PropertyName.FAILURE_HISTORY] ?? '') ?? NO_FAILURES
}

/**
 * What a dead letter died of: the error of the last attempt that was noted, or else the reason that its handler gave;
 * undefined where nothing was noted.
 */
export function lastErrorOf(
  message: Pick<Message, 'properties' | 'deadLetterReason'>,
): FailedAttempt['error'] | undefined {
  const { deadLetterReason: reason } = message
  return (
    failuresOf(message).attempts.at(-1)?.error ??
    (reason === undefined ? undefined : { name: 'Error', message: reason })
  )
}
