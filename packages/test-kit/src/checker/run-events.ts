/** A moment of a run. */
export interface Moment {
  /** Milliseconds since the epoch, by the clock of the run. */
  readonly time: number
  /** Grows with every event, and so orders the events of one millisecond. */
  readonly tick: number
}

/**
 * What must happen to a message: `expected` in every group (it was acknowledged), `possible` (its producer does not
 * know whether it was stored), `forbidden` (refused, rolled back or recalled), `dead` (its handlers always fail, so
 * that it ends as a dead letter).
 */
export type Fate = 'expected' | 'possible' | 'forbidden' | 'dead'

/** `done`: consumed. `failed`: sent back, or popped again later. */
export type Outcome = 'done' | 'failed'

/** Messages of one producer and key, in the order they were sent one after the other. */
export interface SendOrder {
  readonly producer: string
  readonly key: string
  readonly sequence: number
}

export interface SendingFacts {
  readonly id: string
  /** Missing where no order is promised. */
  readonly order?: SendOrder
  /** Milliseconds since the epoch; no consumer may get the message earlier. */
  readonly notBefore?: number
}

export interface DeliveryFacts {
  readonly id: string
  readonly group: string
  readonly member: string
  /** Topic, broker and queue id in one text. */
  readonly queue: string
  readonly queueOffset: number
  readonly reconsumeTimes: number
}

/** An event in the cluster or the group after which messages may be delivered again. */
export interface DisturbanceFacts {
  readonly what: 'joined' | 'closed' | 'killed' | 'cut' | 'broker-restarted' | 'broker-killed'
  /** The member that was disturbed; without one all were. */
  readonly member?: string
}

/** One event of a run; plain data, so that child programs can print theirs. */
export type RunEvent = Moment &
  (
    | ({ readonly event: 'sending' } & SendingFacts)
    | { readonly event: 'answered'; readonly id: string; readonly fate: Fate }
    | ({ readonly event: 'began'; readonly delivery: string } & DeliveryFacts)
    | { readonly event: 'ended'; readonly delivery: string; readonly outcome: Outcome }
    | ({ readonly event: 'disturbed'; readonly disturbance: string } & DisturbanceFacts)
    | { readonly event: 'over'; readonly disturbance: string }
  )
