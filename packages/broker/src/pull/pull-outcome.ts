import type { ReadResult } from '@rocketeer/store'

/** What a read of the queue means for the pull. */
export interface PullOutcome {
  /** `retry`: nothing matched, ask for what follows. `moved`: go on at `nextBeginOffset`. */
  readonly kind: 'found' | 'nothing' | 'retry' | 'moved'
  /** Apache's name for it. */
  readonly status: string
}

const FOUND: PullOutcome = { kind: 'found', status: 'FOUND' }
const NO_MATCHED: PullOutcome = { kind: 'retry', status: 'NO_MATCHED_MESSAGE' }
const TOO_SMALL: PullOutcome = { kind: 'moved', status: 'OFFSET_TOO_SMALL' }
const EMPTY: PullOutcome = { kind: 'nothing', status: 'NO_MESSAGE_IN_QUEUE' }
const EMPTY_MOVED: PullOutcome = { kind: 'moved', status: 'NO_MESSAGE_IN_QUEUE' }
const AT_END: PullOutcome = { kind: 'nothing', status: 'OFFSET_OVERFLOW_ONE' }
const PAST_END: PullOutcome = { kind: 'moved', status: 'OFFSET_OVERFLOW_BADLY' }
/** An administrator has set the group's offset meanwhile. Apache: GetMessageStatus.OFFSET_RESET. */
export const RESET: PullOutcome = { kind: 'moved', status: 'OFFSET_RESET' }

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
