import { SystemTopic } from '@rocketeer/protocol'
import type { Duty } from '../duties/duties.js'
import { LevelDelivery, type LevelDeliveryNeeds } from './level-delivery.js'

/** Brings delayed messages to their topics when their time has come. Apache: ScheduleMessageService. */
export class ScheduleDelivery implements Duty {
  readonly #needs: LevelDeliveryNeeds
  readonly #levels: LevelDelivery[] = []
  #stopListening: (() => void) | undefined

  constructor(needs: LevelDeliveryNeeds) {
    this.#needs = needs
    for (let level = 1; level <= needs.levels.max; level++) this.#levels.push(new LevelDelivery(level, needs))
  }

  start(): void {
    this.#stopListening ??= this.#needs.store.onArrival(
      (topic, queueId, _maxOffset, _tagsCode, storeTimestamp) => {
        if (topic === SystemTopic.SCHEDULE) this.#levels[queueId]?.arrived(storeTimestamp)
      },
    )
    for (const level of this.#levels) level.start()
  }

  async stop(): Promise<void> {
    this.#stopListening?.()
    this.#stopListening = undefined
    await Promise.all(this.#levels.map((level) => level.stop()))
  }
}
