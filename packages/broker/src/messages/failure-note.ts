import {
  decodeFailureHistory,
  encodeProperties,
  FAILURE_HISTORY_BYTES_MAX,
  type FailureHistory,
  failureHistoryRoom,
  fitFailureHistory,
  type MessageProperties,
  PropertyName,
} from '@rocketeer/protocol/record'

/** What a consumer says about the failed attempts at a message; undefined when that is no history, or too long for one. */
export function failuresIn(given: string | undefined): FailureHistory | undefined {
  if (given === undefined || given.length > FAILURE_HISTORY_BYTES_MAX) return undefined
  return decodeFailureHistory(given)
}

/** Adds it to the properties of a copy, cut to the room there is: the copy can always be stored. */
export function noteFailures(properties: MessageProperties, given: string | undefined): void {
  const history = failuresIn(given)
  if (history === undefined) return
  const room = failureHistoryRoom(encodeProperties(properties))
  const fitting = fitFailureHistory(history, Math.min(FAILURE_HISTORY_BYTES_MAX, room))
  if (fitting !== undefined) properties[PropertyName.FAILURE_HISTORY] = fitting
}
