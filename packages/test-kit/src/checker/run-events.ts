/** A moment of a run. */
export interface Moment {
  /** Milliseconds of the clock the run goes by. */
  readonly time: number
  /** Grows with every event: tells what came first within a millisecond. */
  readonly tick: number
}

/**
 * What has to become of a message: `expected` at every group (it was acknowledged), `possible` (nobody knows whether it
 * was stored), `forbidden` (refused, rolled back, recalled), `dead` (its handlers always fail: a dead letter in the end).
 */
export type Fate = 'expected' | 'possible' | 'forbidden' | 'dead'

/** `done`: consumed. `failed`: given back. */
export type Outcome = 'done' | 'failed'

/** Messages of one producer and key, in the order they were sent one after the other. */
export interface SendOrder {
  readonly producer: string
  readonly key: string
  readonly sequence: number
}

export interface SendingFacts {
  readonly id: string
  /** Left out where no order is promised. */
  readonly order?: SendOrder
  /** Milliseconds; nobody may get it earlier. */
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

/** What happened to the cluster or to the group, and may have messages delivered again. */
export interface DisturbanceFacts {
  readonly what: 'joined' | 'closed' | 'killed' | 'cut' | 'broker-restarted' | 'broker-killed'
  /** Whom it happened to; everybody when left out. */
  readonly member?: string
}

/** One line of the story of a run; plain data, so that programs can print theirs. */
export type RunEvent = Moment &
  (
    | ({ readonly event: 'sending' } & SendingFacts)
    | { readonly event: 'answered'; readonly id: string; readonly fate: Fate }
    | ({ readonly event: 'began'; readonly delivery: string } & DeliveryFacts)
    | { readonly event: 'ended'; readonly delivery: string; readonly outcome: Outcome }
    | ({ readonly event: 'disturbed'; readonly disturbance: string } & DisturbanceFacts)
    | { readonly event: 'over'; readonly disturbance: string }
  )
