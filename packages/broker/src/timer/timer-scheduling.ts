import type { Clock } from '@rocketeer/foundation'
import { encodeRecallHandle, RETRY_TOPIC_PREFIX, SystemTopic } from '@rocketeer/protocol'
import {
  decodeProperties,
  encodeProperties,
  type MessageProperties,
  PropertyName,
  timerWakeAt,
} from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { refusals } from '../errors.js'
import { noteDestination } from '../messages/destination.js'
import type { LiveConfig } from '../options/live-config.js'
import { TIMER_QUEUE } from './timer-records.js'

/** Messages that may wait; each takes 16 bytes of memory, twice that while the heap grows. */
const PENDING_MAX = 20_000_000

export interface TimerSchedulingNeeds {
  /** Undefined when timers are switched off. */
  readonly timers: { readonly size: number } | undefined
  readonly config: LiveConfig
  readonly clock: Clock
}

/** A message as it waits in the timer topic. */
export interface ScheduledMessage {
  readonly record: MessageToStore
  /** Cancels it; not for retries, which nobody cancels. */
  readonly recallHandle: string | undefined
}

/** Makes the records of the timer topic for messages with a delivery time. Apache: HookUtils.handleScheduleMessage, transformTimerMessage. */
export class TimerScheduling {
  readonly #needs: TimerSchedulingNeeds

  constructor(needs: TimerSchedulingNeeds) {
    this.#needs = needs
  }

  /**
   * Undefined for a message that is due already: it is an ordinary one. Throws `TIMERS_DISABLED`, `TIMER_ILLEGAL` or
   * `TIMERS_FULL`.
   */
  schedule(message: MessageToStore): ScheduledMessage | undefined {
    const properties = decodeProperties(message.properties)
    // A timer has delivered it before, here or at another broker.
    if (properties[PropertyName.TIMER_OUT] !== undefined) return undefined
    const { timers, config, clock } = this.#needs
    if (timers === undefined) throw refusals.TIMERS_DISABLED({ to: 'send' })
    const delayMsMax = config.current.timerDelayMsMax
    const now = clock.now()
    const deliverAt = deliveryTimeOf(properties, now)
    const refusal = (reason: string) => refusals.TIMER_ILLEGAL({ delayMsMax, reason })
    if (deliverAt === undefined) throw refusal('its delay or delivery time is no whole number')
    if (deliverAt - now > delayMsMax)
      throw refusal(
        `it would wait ${deliverAt - now} ms, the limit is timerDelayMsMax (timerMaxDelaySec in a broker.conf)`,
      )
    if (deliverAt <= now) {
      if (properties[PropertyName.TIMER_DELETE_KEY] === undefined) return undefined
      throw refusal('it cancels a message whose time has come')
    }
    if (timers.size >= PENDING_MAX) throw refusals.TIMERS_FULL({ timersMax: PENDING_MAX })
    return this.#scheduled(message, properties, deliverAt, now)
  }

  #scheduled(
    message: MessageToStore,
    properties: MessageProperties,
    deliverAt: number,
    now: number,
  ): ScheduledMessage {
    const { timerPrecisionMs, brokerName } = this.#needs.config.current
    const outAt = (Math.ceil(deliverAt / timerPrecisionMs) - 1) * timerPrecisionMs
    properties[PropertyName.TIMER_OUT] = String(outAt)
    // The moment to the millisecond, also of a message that was sent with a delay.
    properties[PropertyName.TIMER_DELIVER] = String(deliverAt)
    noteDestination(properties, message)
    const encoded = encodeProperties(properties)
    const { topic, uniqueKey } = message
    const record = {
      ...message,
      topic: SystemTopic.TIMER,
      queueId: TIMER_QUEUE,
      // In place of a tag the consume queue holds when to look at the message.
      tagsCode: timerWakeAt(encoded, now),
      properties: encoded,
    }
    if (topic.startsWith(RETRY_TOPIC_PREFIX) || uniqueKey === undefined)
      return { record, recallHandle: undefined }
    // One more than the beginning of the slot: the cancellation's slot is computed by the same rule, and must be this one.
    return {
      record,
      recallHandle: encodeRecallHandle({ topic, brokerName, timestamp: outAt + 1, uniqueKey }),
    }
  }
}

/** Milliseconds since the epoch; undefined when the property is no whole number. Apache parses a Java long. */
function deliveryTimeOf(properties: MessageProperties, now: number): number | undefined {
  const seconds = properties[PropertyName.TIMER_DELAY_SECONDS]
  if (seconds !== undefined) return plus(now, whole(seconds), 1000)
  const delayMs = properties[PropertyName.TIMER_DELAY_MS]
  if (delayMs !== undefined) return plus(now, whole(delayMs), 1)
  return whole(properties[PropertyName.TIMER_DELIVER] ?? '')
}

function plus(now: number, delay: number | undefined, unitMs: number): number | undefined {
  return delay === undefined ? undefined : now + delay * unitMs
}

function whole(text: string): number | undefined {
  return /^[+-]?\d{1,18}$/.test(text) ? Number(text) : undefined
}
