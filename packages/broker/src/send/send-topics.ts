import type { Logger } from '@rocketeer/foundation'
import { RETRY_TOPIC_PREFIX, TopicSysFlag, topicNameProblem } from '@rocketeer/protocol'
import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { refusals } from '../errors.js'
import type { TopicTable } from '../tables/topic-table.js'
import type { SendFields } from './send-request.js'

/** Finds the topic a message goes to and, where that is allowed, creates it. Apache: AbstractSendMessageProcessor.msgCheck. */
export class SendTopics {
  readonly #topics: TopicTable
  readonly #logger: Logger

  constructor(needs: { topics: TopicTable; logger: Logger }) {
    this.#topics = needs.topics
    this.#logger = needs.logger
  }

  known(topic: string): TopicConfig | undefined {
    return this.#topics.get(topic)
  }

  async create(fields: SendFields, producer: string): Promise<TopicConfig> {
    const { topic } = fields
    const reason = topicNameProblem(topic)
    if (reason !== undefined) throw refusals.TOPIC_NAME_ILLEGAL({ topic, reason })
    const isRetryTopic = topic.startsWith(RETRY_TOPIC_PREFIX)
    const topicSysFlag = fields.unitMode ? (isRetryTopic ? TopicSysFlag.UNIT_SUB : TopicSysFlag.UNIT) : 0
    const created =
      (await this.#topics.createFromTemplate(topic, {
        defaultTopic: fields.defaultTopic,
        queueNumsMax: fields.defaultTopicQueueNums,
        topicSysFlag,
      })) ?? (isRetryTopic ? await this.#topics.ensureTopic(topic, 1, { topicSysFlag }) : undefined)
    if (created !== undefined) return created
    this.#logger.warn({ topic, producer }, 'a message for a topic that does not exist was refused')
    throw refusals.TOPIC_NOT_EXIST({ topic, to: 'send' })
  }
}
