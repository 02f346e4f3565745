import { ResponseCode } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'

export type ReadResult = Awaited<ReturnType<MessageStore['read']>>

/** What a read means to the consumer; `status` is Apache's name for it and the remark of the reply. */
export interface PullOutcome {
  readonly code: number
  readonly status: string
}

const FOUND: PullOutcome = { code: ResponseCode.SUCCESS, status: 'FOUND' }
const NO_MATCHED: PullOutcome = { code: ResponseCode.PULL_RETRY_IMMEDIATELY, status: 'NO_MATCHED_MESSAGE' }
const TOO_SMALL: PullOutcome = { code: ResponseCode.PULL_OFFSET_MOVED, status: 'OFFSET_TOO_SMALL' }
const EMPTY: PullOutcome = { code: ResponseCode.PULL_NOT_FOUND, status: 'NO_MESSAGE_IN_QUEUE' }
const EMPTY_MOVED: PullOutcome = { code: ResponseCode.PULL_OFFSET_MOVED, status: 'NO_MESSAGE_IN_QUEUE' }
const AT_END: PullOutcome = { code: ResponseCode.PULL_NOT_FOUND, status: 'OFFSET_OVERFLOW_ONE' }
const PAST_END: PullOutcome = { code: ResponseCode.PULL_OFFSET_MOVED, status: 'OFFSET_OVERFLOW_BADLY' }

/**
 * A consumer at the end of a queue waits; one that is anywhere the queue does not reach is sent to `nextBeginOffset`.
 * Apache: DefaultMessageStore.getMessage, PullMessageProcessor.composeResponseHeader.
 */
export function pullOutcome(result: ReadResult, offset: number): PullOutcome {
  switch (result.status) {
    case 'found':
      return FOUND
    case 'noMatched':
      return NO_MATCHED
    case 'offsetTooSmall':
      return TOO_SMALL
    case 'noMessage':
    case 'offsetOverflow':
      if (result.maxOffset === 0) return offset === 0 ? EMPTY : EMPTY_MOVED
      return offset === result.maxOffset ? AT_END : PAST_END
  }
}
