import type { Clock } from '@rocketeer/foundation'
import type { RequestFields, ResponseFields } from '@rocketeer/protocol'
import {
  consumerSendMsgBack,
  HeartbeatData,
  heartBeat,
  PullSysFlag,
  pullMessage,
  sendMessageV2,
} from '@rocketeer/protocol/commands'
import { decodeRecords, encodeProperties, type MessageRecord, tagsCodeOf } from '@rocketeer/protocol/record'
import type { Connection } from '@rocketeer/remoting'

export type SendOverrides = Partial<RequestFields<typeof sendMessageV2>> & {
  readonly props?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface Pulled {
  readonly code: number
  readonly remark: string | undefined
  readonly fields: ResponseFields<typeof pullMessage>
  readonly messages: MessageRecord[]
}

const COMMITTING = PullSysFlag.COMMIT_OFFSET
const BROUGHT = PullSysFlag.SUBSCRIPTION

/** What Apache's clients send, one request at a time. */
export class TestClient {
  readonly connection: Connection
  readonly #clock: Clock

  constructor(connection: Connection, clock: Clock) {
    this.connection = connection
    this.#clock = clock
  }

  send(topic: string, { props = {}, body = Buffer.from('hello'), ...fields }: SendOverrides = {}) {
    return this.connection.request(
      sendMessageV2,
      {
        producerGroup: 'producers',
        topic,
        defaultTopic: 'TBW102',
        defaultTopicQueueNums: 4,
        queueId: 0,
        sysFlag: 0,
        bornTimestamp: this.#clock.now(),
        flag: 0,
        properties: encodeProperties(props),
        reconsumeTimes: 0,
        unitMode: false,
        ...fields,
      },
      body,
    )
  }

  /** Pulls from a queue; the broker may wait `holdMs` for a message, and commits `commitOffset`. */
  async pull(
    group: string,
    topic: string,
    offset: number,
    options: {
      tags?: string
      queueId?: number
      holdMs?: number
      commitOffset?: number
      messagesMax?: number
      subVersion?: number
      expressionType?: string
    } = {},
  ): Promise<Pulled> {
    const { tags, queueId = 0, holdMs = 0, commitOffset, messagesMax = 32 } = options
    const { subVersion = 0, expressionType = 'TAG' } = options
    const response = await this.connection.request(
      pullMessage,
      {
        consumerGroup: group,
        topic,
        queueId,
        queueOffset: offset,
        maxMsgNums: messagesMax,
        sysFlag:
          (tags === undefined ? 0 : BROUGHT) |
          (holdMs > 0 ? PullSysFlag.SUSPEND : 0) |
          (commitOffset === undefined ? 0 : COMMITTING),
        commitOffset: commitOffset ?? 0,
        suspendTimeoutMillis: holdMs,
        ...(tags === undefined ? {} : { subscription: tags }),
        subVersion,
        expressionType,
      },
      undefined,
      { timeoutMs: 10_000 },
    )
    return {
      code: response.code,
      remark: response.remark,
      get fields() {
        return response.fields
      },
      messages: decodeRecords(response.body),
    }
  }

  /** Registers as consumer of `group`: topic → tags, or what `expressionType` says. */
  consume(
    group: string,
    subscriptions: Readonly<Record<string, string>>,
    changes: Partial<HeartbeatData> & {
      readonly messageModel?: string
      readonly subVersion?: number
      readonly expressionType?: string
    } = {},
  ) {
    const { messageModel = 'CLUSTERING', subVersion = 1, expressionType = 'TAG', ...heartbeat } = changes
    const consumer = {
      groupName: group,
      consumeType: 'CONSUME_PASSIVELY',
      messageModel,
      consumeFromWhere: 'CONSUME_FROM_LAST_OFFSET',
      unitMode: false,
      subscriptionDataSet: Object.entries(subscriptions).map(([topic, tags]) => ({
        classFilterMode: false,
        topic,
        subString: tags,
        tagsSet: expressionType === 'TAG' ? tagsOf(tags) : [],
        codeSet: expressionType === 'TAG' ? tagsOf(tags).map(tagsCodeOf) : [],
        subVersion,
        expressionType,
      })),
    }
    return this.heartBeat({ consumerDataSet: [consumer], ...heartbeat })
  }

  heartBeat(heartbeat: Partial<HeartbeatData>) {
    const body = HeartbeatData.encode({
      clientID: `client-${this.connection.id}`,
      producerDataSet: [],
      consumerDataSet: [],
      heartbeatFingerprint: 0,
      withoutSub: false,
      ...heartbeat,
    })
    return this.connection.request(heartBeat, {}, body)
  }

  sendBack(
    group: string,
    message: Pick<MessageRecord, 'physicalOffset' | 'topic'>,
    delayLevel = 0,
    maxReconsumeTimes?: number,
    failureHistory?: string,
  ) {
    return this.connection.request(consumerSendMsgBack, {
      offset: message.physicalOffset,
      group,
      delayLevel,
      originTopic: message.topic,
      unitMode: false,
      ...(maxReconsumeTimes === undefined ? {} : { maxReconsumeTimes }),
      ...(failureHistory === undefined ? {} : { failureHistory }),
    })
  }
}

function tagsOf(expression: string): string[] {
  if (expression === '*') return []
  return expression.split('||').map((tag) => tag.trim())
}
