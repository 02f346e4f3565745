/** How many messages a consumer popped, and their outcomes. What has no outcome yet is in its `popBacklog`. */
export interface PopCounts {
  popped: number
  /** Handled, and its broker knows it. */
  acknowledged: number
  /** The handler failed, or took longer than `consumeTimeoutMs`: delivered again after a delay. */
  failed: number
  /** Its time was over before a handler began: left out, and delivered again. */
  leftOut: number
  /** Its time ran out before its broker knew that it is done: delivered again all the same. */
  outOfTime: number
  /** Handed to the other members before a handler began: at `pause` and `close`, and after waiting for most of its time. */
  givenBack: number
  /** Gone to the dead letters. */
  deadLettered: number
}

export function noPopCounts(): PopCounts {
  return {
    popped: 0,
    acknowledged: 0,
    failed: 0,
    leftOut: 0,
    outOfTime: 0,
    givenBack: 0,
    deadLettered: 0,
  }
}
