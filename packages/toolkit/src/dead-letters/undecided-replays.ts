import { type Client, type Message, type MessageQueue, type QueueOffset, queueKey } from '@rocketeer/client'
import type { Clock } from '@rocketeer/foundation'
import { deadLetterTopicOf } from './replay-dead-letters.js'

/** A message that was replayed, until it is known what became of it. */
export interface UndecidedReplay {
  readonly messageId: string
  readonly topic: string
  readonly key: string | undefined
  readonly replays: number
}

interface Tracked {
  readonly replay: UndecidedReplay
  /** Where its last copy waits for the group; undefined until that is known. */
  place: QueueOffset | undefined
  /** How many deliveries of it have failed. */
  failures: number
  /** When the group was seen to have gone past that copy, in milliseconds of the clock. */
  passedAt: number | undefined
}

interface UndecidedNeeds {
  client: Client
  group: string
  clock: Clock
  outcomeAfterMs: number
  onConsumed: (replay: UndecidedReplay) => Promise<void>
  /** Called for each failure of a replayed message that its group will retry. */
  onRetrying: (replay: UndecidedReplay, failures: number) => Promise<void>
}

/** Apache's default `messageDelayLevel` from level 3 on, which the first retry has. */
const RETRY_DELAYS_MS = [
  ...[10, 30, 60, 120, 180, 240, 300, 360, 420, 480, 540, 600, 1_200, 1_800, 3_600, 7_200],
].map((seconds) => seconds * 1000)
/** Messages that fail again and again are forgotten beyond this, the oldest first: as dead letters they come back. */
const RETRYING_MAX = 10_000
const BATCH_MESSAGES_MAX = 32
/** Pulls of one queue in one round, so that a busy retry topic does not keep it from ending. */
const PULLS_MAX = 32

/**
 * Finds out what became of replayed messages, from what brokers of both kinds know: how far the group is in its retry
 * topic, and which retries and dead letters arrive. A message that the group went past is consumed when no retry of it has
 * come by the time it would have. Costs a request for each queue of the two topics and a look at what arrived there, and
 * nothing per message.
 */
export class UndecidedReplays {
  readonly #needs: UndecidedNeeds
  /** By message id. */
  readonly #fresh = new Map<string, Tracked>()
  /** Those that have failed since their replay. */
  readonly #retrying = new Map<string, Tracked>()
  /**
   * Queues of the retry topic, and of the dead-letter topic, where all there is of a failure in a group without retries is;
   * with the offset from which to look.
   */
  readonly #tails = new Map<string, { queue: MessageQueue; next: number }>()

  constructor(needs: UndecidedNeeds) {
    this.#needs = needs
  }

  /** Replays of which nothing is known yet. */
  get size(): number {
    return this.#fresh.size
  }

  get retrying(): number {
    return this.#retrying.size
  }

  /** Before the message is replayed: it may be dead again before it is known where its copy is. */
  async expect(replay: UndecidedReplay): Promise<void> {
    this.#retrying.delete(replay.messageId)
    this.#fresh.set(replay.messageId, { replay, place: undefined, failures: 0, passedAt: undefined })
    await this.#followTopic(deadLetterTopicOf(this.#needs.group))
  }

  async replayed({ messageId }: UndecidedReplay, place: QueueOffset): Promise<void> {
    const tracked = this.#fresh.get(messageId)
    if (tracked === undefined) return
    tracked.place = place
    const { queue, offset } = place
    if (this.#tails.has(queueKey(queue))) return
    // Retries of a message are stored on the broker that has it, in any queue of the retry topic.
    await this.#followTopic(queue.topic, queue.brokerName)
    this.#tails.set(queueKey(queue), { queue, next: offset + 1 })
  }

  /** The message is a dead letter again. */
  forget(messageId: string): void {
    this.#fresh.delete(messageId)
    this.#retrying.delete(messageId)
  }

  /** Looks once. Rejects with the client's errors; what was found by then counts. */
  async look(): Promise<void> {
    if (this.#fresh.size + this.#retrying.size === 0) {
      // Nobody waits for what arrives from here on.
      this.#tails.clear()
      return
    }
    await this.#notePassed()
    for (const tail of this.#tails.values()) await this.#readTail(tail)
    await this.#decide()
  }

  /** From its end on, on one broker or on all. */
  async #followTopic(topic: string, onBroker?: string): Promise<void> {
    const admin = this.#needs.client.admin()
    for (const { brokerName, readQueueNums } of (await admin.topics.route(topic)).queueDatas) {
      if (onBroker !== undefined && brokerName !== onBroker) continue
      for (let queueId = 0; queueId < readQueueNums; queueId++) {
        const queue = { topic, brokerName, queueId }
        const key = queueKey(queue)
        if (!this.#tails.has(key)) this.#tails.set(key, { queue, next: await admin.offsets.max(queue) })
      }
    }
  }

  async #notePassed(): Promise<void> {
    const { client, group, clock } = this.#needs
    const { offsets } = client.admin()
    const committed = new Map<string, number>()
    for (const { queue } of this.#tails.values())
      committed.set(queueKey(queue), (await offsets.committed(group, queue)) ?? 0)
    const now = clock.now()
    for (const tracked of this.#all()) {
      if (tracked.place === undefined || tracked.passedAt !== undefined) continue
      const { queue, offset } = tracked.place
      if ((committed.get(queueKey(queue)) ?? 0) > offset) tracked.passedAt = now
    }
  }

  async #readTail(tail: { queue: MessageQueue; next: number }): Promise<void> {
    const { client } = this.#needs
    for (let pulls = 0; pulls < PULLS_MAX; pulls++) {
      const { messages, nextOffset, maxOffset } = await client.pull(tail.queue, tail.next, {
        messagesMax: BATCH_MESSAGES_MAX,
      })
      for (const message of messages) await this.#noteRetry(message)
      tail.next = Math.max(tail.next, nextOffset)
      if (messages.length === 0 || tail.next >= maxOffset) return
    }
  }

  async #noteRetry(message: Message): Promise<void> {
    const { messageId, reconsumeTimes, replayTimes, queue, queueOffset: offset } = message
    const tracked = this.#fresh.get(messageId) ?? this.#retrying.get(messageId)
    if (tracked === undefined || replayTimes !== tracked.replay.replays) return
    if (queue.topic === deadLetterTopicOf(this.#needs.group)) {
      this.forget(messageId)
      return this.#needs.onRetrying(tracked.replay, tracked.failures + 1)
    }
    if (reconsumeTimes <= tracked.failures) return
    tracked.place = { queue: { ...queue }, offset }
    tracked.failures = reconsumeTimes
    tracked.passedAt = undefined
    this.#fresh.delete(messageId)
    this.#retrying.delete(messageId)
    this.#retrying.set(messageId, tracked)
    const [oldest] = this.#retrying.keys()
    if (this.#retrying.size > RETRYING_MAX) this.#retrying.delete(oldest!)
    await this.#needs.onRetrying(tracked.replay, reconsumeTimes)
  }

  async #decide(): Promise<void> {
    const { clock, outcomeAfterMs, onConsumed } = this.#needs
    for (const { replay, passedAt, failures } of [...this.#all()]) {
      if (passedAt === undefined) continue
      const delayMs = RETRY_DELAYS_MS[Math.min(failures, RETRY_DELAYS_MS.length - 1)]!
      if (clock.now() - passedAt < delayMs + outcomeAfterMs) continue
      this.forget(replay.messageId)
      await onConsumed(replay)
    }
  }

  *#all(): Iterable<Tracked> {
    yield* this.#fresh.values()
    yield* this.#retrying.values()
  }
}
