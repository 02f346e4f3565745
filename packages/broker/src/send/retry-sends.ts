import type { Logger } from '@rocketeer/foundation'
import { RETRY_TOPIC_PREFIX } from '@rocketeer/protocol'
import { decodeProperties, encodeProperties, findProperty, PropertyName } from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { existingGroup } from '../access/access.js'
import type { QueueLocks } from '../clients/queue-locks.js'
import { deadLetterDestination } from '../retry/dead-letters.js'
import type { SetAside } from '../tables/set-aside.js'
import type { SubscriptionGroupTable } from '../tables/subscription-group-table.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { SendRequest } from './send-request.js'

/** The limit that older clients send does not count. Apache: MQVersion.V3_4_9. */
const VERSION_WITH_RETRY_LIMIT = 121

export interface RetrySendsNeeds {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly setAside: SetAside
  readonly locks: QueueLocks
  readonly logger: Logger
}

/**
 * Ordinary sends to a retry topic: what consumers do when CONSUMER_SEND_MSG_BACK failed, and ordered consumers when
 * they give a message up. Past the limit they belong in the dead-letter topic.
 * Apache: SendMessageProcessor.handleRetryAndDLQ.
 */
export class RetrySends {
  readonly #needs: RetrySendsNeeds

  constructor(needs: RetrySendsNeeds) {
    this.#needs = needs
  }

  concerns(topic: string): boolean {
    return topic.startsWith(RETRY_TOPIC_PREFIX)
  }

  /** The message as it is, or its dead letter, with the delay level to store it under. */
  async redirect(
    message: MessageToStore,
    request: SendRequest,
    delayLevel: number,
  ): Promise<{ message: MessageToStore; delayLevel: number }> {
    const { topics, groups, locks, logger } = this.#needs
    const name = groupOf(message.topic)
    const group = existingGroup(groups, name, 'retry')
    const limit = request.version >= VERSION_WITH_RETRY_LIMIT ? request.fields.maxReconsumeTimes : undefined
    const ordered = locks.isLocked(name)
    if (message.reconsumeTimes <= (limit ?? group.retryMaxTimes) && !ordered) return { message, delayLevel }
    const destination = await deadLetterDestination(topics, name)
    logger.info(
      { group: name, uniqueKey: message.uniqueKey, topic: destination.topic },
      'a message was sent to the dead letters',
    )
    const properties = decodeProperties(message.properties)
    properties[PropertyName.DELAY_LEVEL] = '-1'
    return {
      message: { ...message, ...destination, properties: encodeProperties(properties) },
      delayLevel: 0,
    }
  }

  /** Called for a message that cannot be stored: only its consumer knows where it lies. */
  async setAside({ topic, properties, uniqueKey }: MessageToStore, reason: string): Promise<void> {
    await this.#needs.setAside.add({
      step: 'retry',
      reason,
      topic: findProperty(properties, PropertyName.RETRY_TOPIC) ?? topic,
      group: groupOf(topic),
      messageId: uniqueKey,
      storedIn: topic,
      queueId: -1,
      queueOffset: -1,
      physicalOffset: -1,
    })
  }
}

/** Retry topics of pops are `%RETRY%group+topic`. Apache: KeyBuilder.parseGroup. */
function groupOf(retryTopic: string): string {
  return retryTopic.slice(RETRY_TOPIC_PREFIX.length).split('+', 1)[0] ?? ''
}
