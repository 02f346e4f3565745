import type { Clock } from '@rocketeer/foundation'
import {
  DEAD_LETTER_REASON_BYTES_MAX,
  encodeProperties,
  failureHistoryRoom,
  fitFailureHistory,
  withAttempt,
} from '@rocketeer/protocol/record'
import { failuresOf } from '../messages/failures.js'
import type { Message } from '../messages/received-message.js'
import type { Problems } from '../problems.js'
import type { FailureHistoryConfig } from './failure-history-options.js'
import { type DescribedError, describeError, lineOf } from './failure-text.js'
import type { Failure } from './handler-runner.js'
import { causeOf, deadLetterReasonOf } from './retry-later.js'

const NAME_BYTES_MAX = 64
const UNDESCRIBED: DescribedError = { name: 'Error', message: 'the option "describe" failed' }

interface FailureNotesNeeds {
  readonly config: { readonly failureHistory: FailureHistoryConfig | false }
  readonly clientId: string
  readonly clock: Clock
  readonly problems: Problems
}

/** A message that its handler failed on, with that attempt among its failures. */
export interface NotedFailure {
  readonly message: Message
  /** What a dead letter has as its reason; undefined when the handler gave none. */
  readonly reason: string | undefined
}

/** Notes with a message why its handler failed, so that it is known wherever the message goes then. */
export class FailureNotes {
  readonly #needs: FailureNotesNeeds

  constructor(needs: FailureNotesNeeds) {
    this.#needs = needs
  }

  /** Never throws. The message stays as it is where the consumer keeps no history, or there is no room for one. */
  note(message: Message, { thrown, durationMs }: Failure): NotedFailure {
    const { failureHistory } = this.#needs.config
    if (failureHistory === false) return { message, reason: deadLetterReasonOf(thrown) }
    const error = this.#describe(failureHistory, thrown, message)
    return {
      message: error === undefined ? message : this.#noted(failureHistory, message, error, durationMs),
      reason: reasonOf(failureHistory, thrown, error),
    }
  }

  #noted(
    { attemptsMax, bytesMax, messageBytesMax }: FailureHistoryConfig,
    message: Message,
    error: DescribedError,
    durationMs: number,
  ): Message {
    const attempt = {
      at: this.#needs.clock.now(),
      error: {
        name: lineOf(error.name, NAME_BYTES_MAX),
        message: lineOf(error.message, messageBytesMax),
      },
      member: this.#needs.clientId,
      durationMs: Math.max(0, Math.round(durationMs)),
      reconsumeTimes: message.reconsumeTimes,
    }
    const history = withAttempt(failuresOf(message), attempt, attemptsMax)
    const room = failureHistoryRoom(encodeProperties(message.properties))
    const encoded = fitFailureHistory(history, Math.min(bytesMax, room))
    return encoded === undefined ? message : message.withFailureHistory(encoded)
  }

  #describe(
    { describe }: FailureHistoryConfig,
    thrown: unknown,
    message: Message,
  ): DescribedError | undefined {
    const error = causeOf(thrown) ?? thrown
    const described = describeError(error)
    if (describe === undefined) return described
    try {
      const kept = describe(error, message, described)
      if (kept !== undefined) checkDescribed(kept)
      return kept
    } catch (problem) {
      this.#needs.problems.report(problem, message.queue)
      return UNDESCRIBED
    }
  }
}

/** Programs in JavaScript may give anything. */
function checkDescribed(kept: Partial<DescribedError> | null): void {
  if (typeof kept?.name === 'string' && typeof kept.message === 'string') return
  throw new TypeError('the option "describe" has to give a name and a message, or undefined')
}

/** What may not be kept of an error may not be the reason either. */
function reasonOf(
  { describe }: FailureHistoryConfig,
  thrown: unknown,
  error: DescribedError | undefined,
): string | undefined {
  if (describe === undefined || causeOf(thrown) === undefined) return deadLetterReasonOf(thrown)
  return error && lineOf(error.message, DEAD_LETTER_REASON_BYTES_MAX)
}
