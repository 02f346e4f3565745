import type { MessageQueue } from '../routing/message-queue.js'

/** Takes queues in turn, from a random start so that many producers do not move in step. Apache: TopicPublishInfo. */
export class QueueRotation {
  #next: number

  /** `random`: as Math.random. */
  constructor(random: () => number) {
    this.#next = Math.floor(random() * 1024)
  }

  /** The next queue that passes `accepts`, or undefined when none does. */
  take(
    queues: readonly MessageQueue[],
    accepts?: (queue: MessageQueue) => boolean,
  ): MessageQueue | undefined {
    for (let tried = 0; tried < queues.length; tried++) {
      const queue = queues[this.#next++ % queues.length]!
      if (accepts === undefined || accepts(queue)) return queue
    }
    return undefined
  }
}
