import type { Message } from '../messages/received-message.js'
import { pullFromQueue } from '../pulling/pull.js'
import { compareText, type MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './cluster.js'
import type { FailureQueue } from './failed-messages.js'

const BATCH_MESSAGES_MAX = 32

/** Where reading goes on, by `placeIn` of each queue. */
export type Positions = Readonly<Record<string, number>>

/** Names a queue of the topic. */
export function placeIn({ brokerName, queueId }: MessageQueue): string {
  return `${brokerName}/${queueId}`
}

/** One queue of the dead-letter topic. */
interface Track {
  readonly queue: MessageQueue
  /** Offset of the first message that is still to be given. */
  next: number
  /** Where the queue ended when reading began. */
  readonly end: number
  /** Messages pulled and not given yet. */
  pulled: Message[]
}

/** Gives the messages of several queues in the order in which they were stored, from their offsets to what is the end now. */
export class DeadLetterReader {
  readonly #needs: AdminNeeds
  readonly #tracks: Track[]

  constructor(needs: AdminNeeds, queues: readonly FailureQueue[], startOf: (queue: FailureQueue) => number) {
    this.#needs = needs
    this.#tracks = queues
      .map((each) => ({ queue: each.queue, next: startOf(each), end: each.brokerOffset, pulled: [] }))
      .sort((a, b) => compareText(placeIn(a.queue), placeIn(b.queue)))
  }

  /** Where a reader goes on that is to give what this one did not; undefined at the end. */
  get positions(): Positions | undefined {
    if (this.#tracks.every(({ next, end }) => next >= end)) return undefined
    return Object.fromEntries(this.#tracks.map(({ queue, next }) => [placeIn(queue), next]))
  }

  /** The next message; undefined at the end. Rejects with the errors of a pull. */
  async next(): Promise<Message | undefined> {
    await Promise.all(this.#tracks.map((track) => this.#fill(track)))
    let first: Track | undefined
    for (const track of this.#tracks) {
      const [message] = track.pulled
      if (
        message !== undefined &&
        (first === undefined || message.storeTimestamp < first.pulled[0]!.storeTimestamp)
      )
        first = track
    }
    const message = first?.pulled.shift()
    if (message !== undefined) first!.next = message.queueOffset + 1
    return message
  }

  async #fill(track: Track): Promise<void> {
    while (track.pulled.length === 0 && track.next < track.end) {
      const messagesMax = Math.min(BATCH_MESSAGES_MAX, track.end - track.next)
      const place = { queue: track.queue, offset: track.next }
      const { messages, nextOffset } = await pullFromQueue(this.#needs, place, { messagesMax })
      track.pulled = messages.filter(({ queueOffset }) => queueOffset < track.end)
      if (track.pulled.length === 0) track.next = Math.max(nextOffset, track.next + 1)
    }
  }
}
