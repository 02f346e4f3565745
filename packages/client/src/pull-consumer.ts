import { EventEmitter } from 'node:events'
import { checkArguments } from './arguments.js'
import type { ConsumerEvents } from './consuming/member.js'
import { checkPollOptions, type PollOptions } from './consuming/pull-consumer-options.js'
import type { PullMember } from './consuming/pull-member.js'
import type { Message } from './messages/received-message.js'
import type { QueueBacklog } from './pulling/pulled-queues.js'
import type { MessageQueue } from './routing/message-queue.js'

/** How long one poll of the iterator waits; the iterator polls again. */
const ITERATOR_WAIT_MS = 60_000

/**
 * A consumer that is asked for messages: `for await (const message of consumer)`, or `poll`. Asking for more says that
 * the messages given before are done. `client.pullConsumer()` makes one. Apache: DefaultLitePullConsumer.
 */
export class PullConsumer extends EventEmitter<ConsumerEvents> implements AsyncDisposable {
  readonly group: string
  /** Resolves when the consumer has its first queues. Rejects with `CLOSED` when the consumer is closed before. */
  readonly ready: Promise<void>
  readonly #member: PullMember

  /** @internal */
  constructor(member: PullMember) {
    super()
    this.#member = member
    this.group = member.group
    this.ready = member.ready
    member.on('queues', (queues) => this.emit('queues', queues))
    member.on('close', () => this.emit('close'))
  }

  /** The queues this consumer reads now. */
  get queues(): MessageQueue[] {
    return this.#member.queues
  }

  /** The messages of each queue that are pulled and not done. */
  get backlog(): QueueBacklog[] {
    return this.#member.backlog
  }

  /**
   * Resolves to the next messages, or to none when none came in time. Says that the messages of the poll before are
   * done. Rejects with `POLL_UNDER_WAY`, `OPTION_INVALID`, `CLOSED`, or the signal's reason.
   */
  async poll(options: PollOptions = {}): Promise<Message[]> {
    checkPollOptions(options)
    return this.#member.poll(options)
  }

  /** One message at a time, until the consumer is closed. A message is done when the next one is asked for. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, void> {
    while (!this.#member.closing) {
      yield* await this.#member.poll({ messagesMax: 1, waitMs: ITERATOR_WAIT_MS }).catch((error: unknown) => {
        if (this.#member.closing) return []
        throw error
      })
    }
  }

  /** Commits everything given so far as done. Rejects when a broker did not take it. */
  commit(): Promise<void> {
    return this.#member.commit()
  }

  /**
   * Reads exactly these queues from now on, each from the group's offset. Rejects with `ASSIGNED_BY_GROUP` when the
   * consumer was made with `subscribe`.
   */
  async assign(queues: readonly MessageQueue[]): Promise<void> {
    checkArguments('assign', { queues })
    return this.#member.assign(queues)
  }

  /** The queue offset of the next message that will be given. Throws `QUEUE_NOT_ASSIGNED`. */
  position(queue: MessageQueue): number {
    return this.#member.position(queue)
  }

  /**
   * Goes on at another queue offset, which is committed only when messages from there are done. Throws
   * `QUEUE_NOT_ASSIGNED` or `OPTION_INVALID`.
   */
  seek(queue: MessageQueue, offset: number): void {
    checkArguments('seek', { queue, offset })
    this.#member.seek(queue, offset)
  }

  /** Goes on at the first message of each of these queues, or of all. Rejects with `QUEUE_NOT_ASSIGNED`. */
  seekToFirst(queues: readonly MessageQueue[] = this.queues): Promise<void> {
    return this.#member.seekToFirst(queues)
  }

  /** Goes on behind the last message of each of these queues, or of all. Rejects with `QUEUE_NOT_ASSIGNED`. */
  seekToLast(queues: readonly MessageQueue[] = this.queues): Promise<void> {
    return this.#member.seekToLast(queues)
  }

  /** Goes on at the first message stored at that time or later. Rejects with `QUEUE_NOT_ASSIGNED`. */
  async seekToTime(time: Date, queues: readonly MessageQueue[] = this.queues): Promise<void> {
    checkArguments('seekToTime', { time })
    return this.#member.seekToTime(time, queues)
  }

  /** The queue offset of the first message stored at that time or later; the end when there is none. */
  async offsetForTime(queue: MessageQueue, time: Date): Promise<number> {
    checkArguments('offsetForTime', { queue, time })
    return this.#member.offsetForTime(queue, time)
  }

  /** Gives no more messages of these queues, or of all, until `resume`; they stay this consumer's. */
  pause(queues?: readonly MessageQueue[]): void {
    this.#member.pause(queues)
  }

  /** Resumes these queues, or all. After `pause()` without queues only `resume()` without queues has an effect. */
  resume(queues?: readonly MessageQueue[]): void {
    this.#member.resume(queues)
  }

  /** Commits what is done, with `autoCommit`, and leaves the group. The messages of the last poll are not done. */
  close(): Promise<void> {
    return this.#member.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
