import type { Clock } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import { decodeProperties, encodeProperties } from '@rocketeer/protocol/record'
import type { AppendListener, AppendResult, MessageStore, MessageToStore } from '@rocketeer/store'
import { noteDestination } from '../messages/destination.js'
import type { DelayLevels } from './delay-levels.js'

/**
 * The last step of everything that writes: a delayed message goes into its level's queue of SCHEDULE_TOPIC_XXXX and
 * remembers where it belongs. Apache: HookUtils.transformDelayLevelMessage.
 */
export class Appender {
  readonly #store: MessageStore
  readonly #levels: DelayLevels
  readonly #clock: Clock

  constructor(needs: { store: MessageStore; levels: DelayLevels; clock: Clock }) {
    this.#store = needs.store
    this.#levels = needs.levels
    this.#clock = needs.clock
  }

  /** `delayLevel` 0: delivered at once. Rejects with the store's errors. */
  append(message: MessageToStore, delayLevel = 0): Promise<AppendResult> {
    return this.#store.append(delayLevel > 0 ? this.#delayed(message, delayLevel) : message)
  }

  /** `append` without a promise. */
  appendThen(message: MessageToStore, delayLevel: number, done: AppendListener): void {
    this.#store.appendThen(delayLevel > 0 ? this.#delayed(message, delayLevel) : message, done)
  }

  #delayed(message: MessageToStore, delayLevel: number): MessageToStore {
    const level = this.#levels.clamp(delayLevel)
    const properties = decodeProperties(message.properties)
    noteDestination(properties, message)
    return {
      ...message,
      topic: SystemTopic.SCHEDULE,
      queueId: level - 1,
      // In place of a tag the consume queue of a level holds the time of delivery.
      tagsCode: this.#clock.now() + this.#levels.delayMs(level),
      properties: encodeProperties(properties),
    }
  }
}
