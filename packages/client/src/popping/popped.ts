import type { ReceiptHandle } from '@rocketeer/protocol'
import type { Message } from '../messages/received-message.js'
import type { MessageQueue } from '../routing/message-queue.js'

/** The assigned queue a message was popped from; the message counts in its backlog until `release`. */
export interface PopSource {
  /** Of the topic asked for, whatever topic a message was stored in; queue id -1 stands for all. */
  readonly queue: MessageQueue
  release(): void
}

/** A popped message: this consumer's until it is acknowledged, or until its time is up. */
export interface Popped {
  readonly message: Message
  readonly source: PopSource
  /** Replaced each time its invisible time changes. */
  handle: ReceiptHandle
  /** When it becomes visible to others; milliseconds of the client's clock. */
  dueAt: number
}
