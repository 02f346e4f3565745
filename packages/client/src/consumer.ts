import { EventEmitter } from 'node:events'
import type { ConsumerEvents } from './consuming/member.js'
import type { PushMember } from './consuming/push-member.js'
import type { PopCounts } from './popping/pop-outcomes.js'
import type { PoppedBacklog } from './popping/popped-queues.js'
import type { QueueBacklog } from './pulling/pulled-queues.js'
import type { MessageQueue } from './routing/message-queue.js'

/**
 * A push consumer: reads its share of the group's queues and gives the messages to a handler. Every message is handled
 * at least once; offsets are committed up to the lowest unfinished message. `client.consumer()` makes one. Apache:
 * DefaultMQPushConsumer.
 */
export class Consumer extends EventEmitter<ConsumerEvents> implements AsyncDisposable {
  readonly group: string
  /**
   * Resolves when the consumer has its first queues: none of a topic that does not exist yet, which is reported as a
   * `problem` and joined once it does. Rejects with `CLOSED` when the consumer is closed before, with `SUBSCRIPTION_INVALID` or
   * `FILTER_UNSUPPORTED` when a broker refuses a SQL92 expression, and with `OFFSETS_IN_USE` when another consumer that
   * broadcasts has the file of offsets: then the consumer closes.
   */
  readonly ready: Promise<void>
  readonly #member: PushMember

  /** @internal */
  constructor(member: PushMember) {
    super()
    this.#member = member
    this.group = member.group
    this.ready = member.ready
    member.on('queues', (queues) => this.emit('queues', queues))
    member.on('close', () => this.emit('close'))
  }

  /** The queues this consumer reads now. A popped queue with the id -1 stands for all queues of its broker. */
  get queues(): MessageQueue[] {
    return this.#member.queues
  }

  /** The messages of each queue that are pulled and not finished. */
  get backlog(): QueueBacklog[] {
    return this.#member.backlog
  }

  /** The messages of each queue that are popped and not finished. */
  get popBacklog(): PoppedBacklog[] {
    return this.#member.popBacklog
  }

  /** Outcomes of popped messages since the start. */
  get popCounts(): PopCounts {
    return this.#member.popCounts
  }

  /**
   * Starts no more handlers for messages of these queues, or of all this consumer has now or later, until `resume`.
   * Running handlers go on, the queues stay this consumer's, and no retry is used up. Popped messages that no handler
   * has begun go to the other members. `by` names who pauses, in a program where several do: each resumes what it paused
   * itself, and a queue goes on when nobody has it paused.
   */
  pause(queues?: readonly MessageQueue[], by?: string): void {
    this.#member.pause(queues, by)
  }

  /** Resumes these queues, or all. After `pause()` without queues only `resume()` without queues has an effect. */
  resume(queues?: readonly MessageQueue[], by?: string): void {
    this.#member.resume(queues, by)
  }

  /**
   * Reads no more, waits up to `closeTimeoutMs` for running handlers, commits, and leaves the group. The other members
   * take over at once, and get the messages that no handler has begun.
   */
  close(): Promise<void> {
    return this.#member.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
