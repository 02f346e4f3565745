import type { Logger } from '@rocketeer/foundation'
import type { QueueLocks } from '../clients/queue-locks.js'
import type { SetAside } from '../tables/set-aside.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import { BatchSender } from './batch-sender.js'
import { MessageSender, type MessageSenderNeeds } from './message-sender.js'
import { RetrySends } from './retry-sends.js'
import { SendTopics } from './send-topics.js'

export interface SendNeeds extends Omit<MessageSenderNeeds, 'sendTopics' | 'retrySends'> {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly setAside: SetAside
  readonly locks: QueueLocks
  readonly logger: Logger
}

export interface Send {
  readonly sender: MessageSender
  readonly batchSender: BatchSender
}

export function openSend(needs: SendNeeds): Send {
  const senderNeeds = {
    ...needs,
    sendTopics: new SendTopics(needs),
    retrySends: new RetrySends(needs),
  }
  return { sender: new MessageSender(senderNeeds), batchSender: new BatchSender(senderNeeds) }
}
