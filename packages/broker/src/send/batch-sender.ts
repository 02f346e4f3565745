import type { TopicConfig } from '@rocketeer/protocol/bodies'
import { SysFlag, tagsCodeOf } from '@rocketeer/protocol/record'
import type { AppendResult, MessageToStore } from '@rocketeer/store'
import { randomQueue } from '../messages/destination.js'
import { type BatchedMessage, batchRefusal, checkBatchHeader, readBatch } from './batch-rules.js'
import { BrokerProperties } from './broker-properties.js'
import { MessageIds } from './message-ids.js'
import type { MessageSenderNeeds } from './message-sender.js'
import { scanProperties } from './scan-properties.js'
import { checkWritable, sizeProblem } from './send-checks.js'
import type { SendRequest, SentMessage } from './send-request.js'
import { checkType } from './type-check.js'
import { UniqueKeys } from './unique-keys.js'

/**
 * Several messages of one topic in one request: each becomes a record of its own, with offsets in a row.
 * Apache: SendMessageProcessor.sendBatchMessage, MessageExtEncoder.encode(MessageExtBatch).
 */
export class BatchSender {
  readonly #needs: MessageSenderNeeds
  readonly #brokerProperties: BrokerProperties
  readonly #messageIds = new MessageIds()
  readonly #uniqueKeys: UniqueKeys

  constructor(needs: MessageSenderNeeds) {
    this.#needs = needs
    this.#uniqueKeys = new UniqueKeys(needs)
    this.#brokerProperties = new BrokerProperties(needs.config)
  }

  async send(request: SendRequest): Promise<SentMessage> {
    const { fields, body } = request
    const { sendTopics, config, gate } = this.#needs
    checkBatchHeader(fields)
    const topic =
      sendTopics.known(fields.topic) ?? (await sendTopics.create(fields, request.connection.remoteAddress))
    checkWritable(topic, fields, config)
    if (body.length > config.current.messageBytesMax)
      throw batchRefusal(`the batch has ${body.length} bytes, the limit is ${config.current.messageBytesMax}`)
    const messages = readBatch(body)
    const records = this.#records(topic, request, messages)
    this.#checkEach(topic, messages, records)
    gate.enter(body.length)
    try {
      return await this.#store(records, scanProperties(fields.properties ?? '').uniqueKey)
    } finally {
      gate.leave(body.length)
    }
  }

  /** One message that cannot be stored keeps all of them out. */
  #checkEach(
    topic: TopicConfig,
    messages: readonly BatchedMessage[],
    records: readonly MessageToStore[],
  ): void {
    for (const message of messages) {
      const reason = sizeProblem(records[message.index]!, this.#needs.config.current)
      if (reason !== undefined) throw batchRefusal(`message ${message.index} of the batch: ${reason}`)
      checkType(topic, message, this.#needs.config)
    }
  }

  #records(topic: TopicConfig, request: SendRequest, batch: readonly BatchedMessage[]): MessageToStore[] {
    const { fields, connection } = request
    const multiTags = topic.topicFilterType === 'MULTI_TAG' ? SysFlag.MULTI_TAGS : 0
    const shared = {
      topic: fields.topic,
      queueId: fields.queueId < 0 ? randomQueue(topic.writeQueueNums, this.#needs.random) : fields.queueId,
      sysFlag: fields.sysFlag | multiTags,
      bornTimestamp: fields.bornTimestamp,
      bornHost: connection.remoteHost,
      storeHost: this.#needs.storeHost(),
      reconsumeTimes: fields.reconsumeTimes ?? 0,
      preparedTransactionOffset: 0,
    }
    return batch.map(({ flag, body, properties, found }) => {
      const madeKey = found.uniqueKey ? undefined : this.#uniqueKeys.next()
      return {
        ...shared,
        flag,
        body,
        properties: this.#brokerProperties.complete(properties, found, madeKey),
        tagsCode: tagsCodeOf(found.tags),
        keys: found.keys,
        uniqueKey: madeKey ?? found.uniqueKey,
      }
    })
  }

  /** `batchKey`: the unique key of the batch itself, which producers take for its transaction id. */
  async #store(records: readonly MessageToStore[], batchKey: string | undefined): Promise<SentMessage> {
    const { appender, stats, config } = this.#needs
    // Handed over in one turn, so that nothing of another sender comes between them.
    const results = await Promise.all(records.map((record) => appender.append(record)))
    const [first] = records as [MessageToStore]
    const [firstResult] = results as [AppendResult]
    const bytes = results.reduce((sum, { recordBytes }) => sum + recordBytes, 0)
    stats.onPut(first.topic, records.length, bytes)
    return {
      status: results.find(({ status }) => status !== 'ok')?.status ?? 'ok',
      msgId: results.map((result) => this.#messageIds.of(first.storeHost, result.physicalOffset)).join(','),
      queueId: first.queueId,
      queueOffset: firstResult.queueOffset,
      transactionId: batchKey,
      region: config.current.regionId,
      traceOn: config.current.traceMessages,
    }
  }
}
