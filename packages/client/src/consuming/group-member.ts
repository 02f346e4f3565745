import type { ConsumeRates } from '../handling/consume-rates.js'
import type { HandledDirectly } from '../handling/handler-runner.js'
import type { Message } from '../messages/received-message.js'
import type { PoppedBacklog } from '../popping/popped-queues.js'
import type { QueueBacklog } from '../pulling/pulled-queues.js'
import type { Subscription } from '../reading/subscription.js'
import type { MessageQueue } from '../routing/message-queue.js'

/** A consumer as brokers and administrators see it. Apache: MQConsumerInner. */
export interface GroupMember {
  readonly consumeType: 'CONSUME_PASSIVELY' | 'CONSUME_ACTIVELY'
  readonly ordered: boolean
  readonly concurrency: number
  /** Milliseconds of the client's clock. */
  readonly startedAt: number
  readonly backlog: QueueBacklog[]
  readonly popBacklog?: PoppedBacklog[]
  readonly rates?: ConsumeRates
  readonly subscriptions: Subscription[]
  /** Called when the connection to a broker broke. */
  disconnected?(brokerName: string): void
  /** The group has changed: divides the queues again. */
  rebalance(): Promise<void>
  /** Drops the backlog of the queues named and reads them from other offsets. */
  resetOffsets(offsets: readonly (readonly [queue: MessageQueue, offset: number])[]): Promise<void>
  /** Calls the handler with one message now, whatever queue it is in; only consumers with a handler have this. */
  handleDirectly?(message: Message): Promise<HandledDirectly>
}
