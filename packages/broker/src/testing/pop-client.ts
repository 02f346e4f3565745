import {
  encodeReceiptHandle,
  markedTopic,
  PopPropertyName,
  type RequestFields,
  ResponseCode,
  type ResponseFields,
  type RetryMark,
} from '@rocketeer/protocol'
import {
  ackMessage,
  BatchAckMessageRequestBody,
  batchAckMessage,
  changeMessageInvisibletime,
  notification,
  popMessage,
} from '@rocketeer/protocol/commands'
import { decodeProperties, decodeRecords, type MessageRecord } from '@rocketeer/protocol/record'
import type { Connection } from '@rocketeer/remoting'

export interface PoppedMessage extends MessageRecord {
  /** The receipt handle: its consumer acknowledges the message with it. */
  readonly handle: string
  readonly group: string
  /** How often it was consumed; only known when it was popped in order. */
  readonly orderCount: number | undefined
}

export interface Popped {
  readonly code: number
  readonly remark: string | undefined
  readonly fields: ResponseFields<typeof popMessage>
  readonly messages: PoppedMessage[]
}

/** Sends what Apache's popping consumer sends, and makes handles of the answers as it does. */
export class PopClient {
  readonly connection: Connection
  readonly group: string
  readonly brokerName = 'broker-a'

  constructor(connection: Connection, group = 'readers') {
    this.connection = connection
    this.group = group
  }

  async pop(topic: string, changes: Partial<RequestFields<typeof popMessage>> = {}): Promise<Popped> {
    const fields = {
      consumerGroup: this.group,
      topic,
      queueId: -1,
      maxMsgNums: 32,
      invisibleTime: 10_000,
      pollTime: 0,
      bornTime: 0,
      initMode: 0,
      order: false,
      ...changes,
    }
    const response = await this.connection.request(popMessage, fields, undefined, { timeoutMs: 20_000 })
    const { code, remark } = response
    const records = code === ResponseCode.SUCCESS ? decodeRecords(response.body) : []
    return {
      code,
      remark,
      get fields() {
        return response.fields
      },
      messages: records.map((record) => this.#popped(record, response.fields)),
    }
  }

  /** Apache: MQClientAPIImpl.processPopResponse. */
  #popped(record: MessageRecord, header: ResponseFields<typeof popMessage>): PoppedMessage {
    const starts = new Map((header.startOffsetInfo ?? '').split(';').map((item) => splitLast(item)))
    const counts = new Map((header.orderCountInfo ?? '').split(';').map((item) => splitLast(item)))
    const { queueId, queueOffset } = record
    const given = decodeProperties(record.properties)[PopPropertyName.POP_CK]
    const handle =
      given ??
      encodeReceiptHandle({
        startOffset: Number(starts.get(`0 ${queueId}`)),
        popTime: header.popTime,
        invisibleTime: header.invisibleTime,
        reviveQueueId: header.reviveQid,
        retry: '0',
        brokerName: this.brokerName,
        queueId,
        queueOffset,
      })
    const count = counts.get(`0 qo${queueId}%${queueOffset}`) ?? counts.get(`0 ${queueId}`)
    return {
      ...record,
      handle,
      group: this.group,
      orderCount: count === undefined ? undefined : Number(count),
    }
  }

  ack(message: PoppedMessage, changes: Partial<RequestFields<typeof ackMessage>> = {}) {
    return this.connection.request(ackMessage, { ...this.#named(message), ...changes })
  }

  changeInvisibleTime(
    message: PoppedMessage,
    invisibleTime: number,
    changes: Partial<RequestFields<typeof changeMessageInvisibletime>> = {},
  ) {
    const fields = { ...this.#named(message), invisibleTime, suspend: false, ...changes }
    return this.connection.request(changeMessageInvisibletime, fields)
  }

  /** The same message under the handle a change of its invisible time has given it. */
  renewed(message: PoppedMessage, header: ResponseFields<typeof changeMessageInvisibletime>): PoppedMessage {
    const words = message.handle.split(' ')
    words.splice(0, 4, String(message.queueOffset), String(header.popTime), String(header.invisibleTime))
    words.splice(3, 0, String(header.reviveQid))
    return { ...message, handle: words.join(' ') }
  }

  ackAll(messages: readonly PoppedMessage[]) {
    const parts = new Map<string, PoppedMessage[]>()
    for (const message of messages) {
      const key = message.handle.split(' ').slice(0, 7).join(' ')
      parts.set(key, [...(parts.get(key) ?? []), message])
    }
    const acks = [...parts].map(([key, part]) => {
      const [so, pt, it, rq, r, , q] = key.split(' ')
      const bits = Buffer.alloc(8)
      for (const { queueOffset } of part) {
        const bit = queueOffset - Number(so)
        bits[bit >> 3]! |= 1 << (bit & 7)
      }
      const numbers = { so: Number(so), pt: Number(pt), it: Number(it), rq: Number(rq), q: Number(q) }
      return { c: this.group, t: part[0]!.topic, r: r!, b: bits.toString('base64'), ...numbers }
    })
    const body = BatchAckMessageRequestBody.encode({ brokerName: this.brokerName, acks })
    return this.connection.request(batchAckMessage, {}, body)
  }

  notification(topic: string, changes: Partial<RequestFields<typeof notification>> = {}) {
    const { group: consumerGroup } = this
    const fields = { consumerGroup, topic, queueId: -1, pollTime: 0, bornTime: 0, order: false, ...changes }
    return this.connection.request(notification, fields, undefined, { timeoutMs: 20_000 })
  }

  #named({ topic, handle, group }: PoppedMessage) {
    const words = handle.split(' ')
    return {
      consumerGroup: group,
      topic: markedTopic(topic, group, words[4] as RetryMark),
      queueId: Number(words[6]),
      extraInfo: handle,
      offset: Number(words[7]),
    }
  }
}

function splitLast(item: string): [string, string] {
  const mark = item.lastIndexOf(' ')
  return [item.slice(0, mark), item.slice(mark + 1)]
}
