import { SystemTopic } from '@rocketeer/protocol'
import { LevelDelivery, type LevelDeliveryNeeds } from './level-delivery.js'

/** Brings delayed messages to their topics when their time has come. Apache: ScheduleMessageService. */
export class ScheduleDelivery {
  readonly #levels: LevelDelivery[] = []
  readonly #stopListening: () => void

  /** Delivers from the first moment on: what came due while the broker was down goes out at once. */
  constructor(needs: LevelDeliveryNeeds) {
    for (let level = 1; level <= needs.levels.max; level++) this.#levels.push(new LevelDelivery(level, needs))
    this.#stopListening = needs.store.onArrival((topic, queueId) => {
      if (topic === SystemTopic.SCHEDULE) this.#levels[queueId]?.wake()
    })
    for (const level of this.#levels) level.wake()
  }

  /** Resolves when nothing is being delivered any more; close it before the store. */
  async close(): Promise<void> {
    this.#stopListening()
    await Promise.all(this.#levels.map((level) => level.close()))
  }
}
