import {
  decodeFailureHistory,
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
