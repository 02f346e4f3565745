import {
  type BatchMessage,
  decodeBatchMessages,
  RETRY_TOPIC_PREFIX,
  ResponseCode,
  type TopicConfig,
  tagsCodeOf,
} from '@rocketeer/protocol'
import type { AppendResult, MessageToStore } from '@rocketeer/store'
import { withBrokerProperties } from './broker-properties.js'
import { MessageIds } from './message-ids.js'
import {
  type MessageSenderNeeds,
  randomQueue,
  refusalOf,
  type SendReply,
  type SendRequest,
} from './message-sender.js'
import { scanProperties } from './scan-properties.js'

/** Messages in one batch; their records lie in memory together until they are written. */
const BATCH_MESSAGES_MAX = 65_536

/**
 * Several messages of one topic in one request: each becomes a record of its own, with offsets in a row.
 * Apache: SendMessageProcessor.sendBatchMessage, MessageExtEncoder.encode(MessageExtBatch).
 */
export class BatchSender {
  readonly #needs: MessageSenderNeeds
  readonly #brokerProperties: ReturnType<typeof withBrokerProperties>
  readonly #messageIds = new MessageIds()

  constructor(needs: MessageSenderNeeds) {
    this.#needs = needs
    this.#brokerProperties = withBrokerProperties(needs.config)
  }

  async send(request: SendRequest): Promise<SendReply> {
    const { fields, body } = request
    const { topicsToSendTo, config, gate } = this.#needs
    if (fields.topic.startsWith(RETRY_TOPIC_PREFIX))
      return illegal(`batch request does not support retry group ${fields.topic}`)
    const topic =
      topicsToSendTo.known(fields.topic) ??
      (await topicsToSendTo.create(fields, request.connection.remoteAddress))
    if ('code' in topic) return topic
    const refusal = refusalOf(topic, fields, config)
    if (refusal !== undefined) return refusal
    if (body.length > config.current.maxMessageSize)
      return illegal(`the batch has ${body.length} bytes, the limit is ${config.current.maxMessageSize}`)
    const messages = decodeBatchMessages(body)
    if (messages.length === 0 || messages.length > BATCH_MESSAGES_MAX)
      return illegal(`the batch has ${messages.length} messages, 1 to ${BATCH_MESSAGES_MAX} are possible`)
    const busy = gate.enter(body.length)
    if (busy !== undefined) return { code: ResponseCode.SYSTEM_BUSY, remark: busy }
    try {
      return await this.#store(this.#records(topic, request, messages))
    } finally {
      gate.leave(body.length)
    }
  }

  #records(topic: TopicConfig, request: SendRequest, batch: readonly BatchMessage[]): MessageToStore[] {
    const { fields, connection } = request
    const shared = {
      topic: fields.topic,
      queueId: fields.queueId < 0 ? randomQueue(topic.writeQueueNums) : fields.queueId,
      sysFlag: fields.sysFlag,
      bornTimestamp: fields.bornTimestamp,
      bornHost: connection.remoteHost,
      storeHost: this.#needs.storeHost(),
      reconsumeTimes: fields.reconsumeTimes ?? 0,
      preparedTransactionOffset: 0,
    }
    return batch.map(({ flag, body, properties }) => {
      const found = scanProperties(properties)
      return {
        ...shared,
        flag,
        body,
        properties: this.#brokerProperties.complete(properties, found, undefined),
        tagsCode: tagsCodeOf(found.tags),
        keys: found.keys,
        uniqueKey: found.uniqueKey,
      }
    })
  }

  async #store(records: readonly MessageToStore[]): Promise<SendReply> {
    const { appender, stats, config } = this.#needs
    // Handed over in one turn, so that nothing of another sender comes between them.
    const results = await Promise.all(records.map((record) => appender.append(record)))
    const [first] = records as [MessageToStore]
    const [firstResult] = results as [AppendResult]
    const bytes = results.reduce((sum, { recordBytes }) => sum + recordBytes, 0)
    stats.onPut(first.topic, records.length, bytes)
    return {
      code: results.every(({ status }) => status === 'ok')
        ? ResponseCode.SUCCESS
        : ResponseCode.FLUSH_DISK_TIMEOUT,
      fields: {
        msgId: results.map((result) => this.#messageIds.of(first.storeHost, result.physicalOffset)).join(','),
        queueId: first.queueId,
        queueOffset: firstResult.queueOffset,
        region: config.current.regionId,
        traceOn: config.current.traceOn,
      },
    }
  }
}

function illegal(remark: string): SendReply {
  return { code: ResponseCode.MESSAGE_ILLEGAL, remark }
}
