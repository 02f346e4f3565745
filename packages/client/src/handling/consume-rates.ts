import type { Clock } from '@rocketeer/foundation'
import type { ConsumeStatus } from '@rocketeer/protocol/commands'
import { SlidingSum } from './sliding-sum.js'

const MINUTE = { slots: 6, slotMs: 10_000 }
const HOUR = { slots: 60, slotMs: 60_000 }
const SECONDS = 60

interface TopicRates {
  pulls: SlidingSum
  pullMs: SlidingSum
  pulled: SlidingSum
  calls: SlidingSum
  callMs: SlidingSum
  consumed: SlidingSum
  failed: SlidingSum
  failedInHour: SlidingSum
}

/**
 * Rates and times of a consumer's pulls and handler calls by topic, over the last minute; shown to administrators.
 * Apache: ConsumerStatsManager.
 */
export class ConsumeRates {
  readonly #clock: Clock
  readonly #topics = new Map<string, TopicRates>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** A pull or pop found messages. */
  pulled(topic: string, messages: number, elapsedMs: number): void {
    const now = this.#clock.now()
    const rates = this.#ratesOf(topic)
    rates.pulls.add(now, 1)
    rates.pullMs.add(now, elapsedMs)
    rates.pulled.add(now, messages)
  }

  /** A handler has ended. */
  handled(topic: string, messages: number, elapsedMs: number, failed: boolean): void {
    const now = this.#clock.now()
    const rates = this.#ratesOf(topic)
    rates.calls.add(now, 1)
    rates.callMs.add(now, elapsedMs)
    rates[failed ? 'failed' : 'consumed'].add(now, messages)
    if (failed) rates.failedInHour.add(now, messages)
  }

  /** Times in milliseconds for each pull and each call of a handler, rates per second. */
  statusOf(topic: string): ConsumeStatus {
    const now = this.#clock.now()
    const rates = this.#topics.get(topic) ?? newRates()
    return {
      pullRT: rates.pullMs.at(now) / Math.max(1, rates.pulls.at(now)),
      pullTPS: rates.pulled.at(now) / SECONDS,
      consumeRT: rates.callMs.at(now) / Math.max(1, rates.calls.at(now)),
      consumeOKTPS: rates.consumed.at(now) / SECONDS,
      consumeFailedTPS: rates.failed.at(now) / SECONDS,
      consumeFailedMsgs: rates.failedInHour.at(now),
    }
  }

  /** Bounded: one for each subscribed topic and its retry topics. */
  #ratesOf(topic: string): TopicRates {
    let rates = this.#topics.get(topic)
    if (rates === undefined) {
      rates = newRates()
      this.#topics.set(topic, rates)
    }
    return rates
  }
}

function newRates(): TopicRates {
  const minute = () => new SlidingSum(MINUTE)
  return {
    pulls: minute(),
    pullMs: minute(),
    pulled: minute(),
    calls: minute(),
    callMs: minute(),
    consumed: minute(),
    failed: minute(),
    failedInHour: new SlidingSum(HOUR),
  }
}
