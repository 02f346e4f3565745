import type { PubTrace, TraceMessageType } from '@rocketeer/protocol'
import { BatchMessages } from '@rocketeer/protocol/bodies'
import { decodeProperties, type MessageProperties, PropertyName, SysFlag } from '@rocketeer/protocol/record'
import type { Delivered } from '../sending/delivery.js'
import type { Parcel } from '../sending/parcel.js'

/** The region of brokers that name none. Apache: MixAll.DEFAULT_TRACE_REGION_ID. */
export const DEFAULT_REGION = 'DefaultRegion'

/** A parcel that a broker has stored. */
interface SentParcel {
  readonly group: string
  readonly parcel: Parcel
  readonly delivered: Delivered
  /** `ip:port` of the broker. */
  readonly storeHost: string
  /** Milliseconds since the epoch. */
  readonly sentAt: number
  readonly costTime: number
}

/** One entry per message, so that each message of a batch is found by its id; Apache notes a batch as one message. */
export function sentEntries(sent: SentParcel): PubTrace[] {
  const { batch, body, properties } = sent.parcel
  const { msgId } = sent.delivered.fields
  if (!batch) return [entryOf(sent, properties, body.length, msgId)]
  const offsetMsgIds = msgId.split(',')
  return BatchMessages.decode(body).map((message, index) =>
    // Brokers that keep a batch in one record have one id for all.
    entryOf(sent, message.properties, message.body.length, offsetMsgIds[index] ?? msgId),
  )
}

/** On the path of every send: one object, without spreading others into it. */
function entryOf(sent: SentParcel, encoded: string, bodyLength: number, offsetMsgId: string): PubTrace {
  const { group, parcel, delivered, storeHost, sentAt, costTime } = sent
  const properties = decodeProperties(encoded)
  return {
    type: 'Pub',
    timeStamp: sentAt,
    regionId: delivered.fields.region || DEFAULT_REGION,
    groupName: group,
    topic: parcel.topic,
    msgId: properties[PropertyName.UNIQUE_KEY] ?? '',
    tags: properties[PropertyName.TAGS],
    keys: properties[PropertyName.KEYS],
    storeHost,
    bodyLength,
    costTime,
    msgType: messageTypeOf(parcel, properties),
    offsetMsgId,
    success: delivered.status === 'SEND_OK',
  }
}

/** Apache: DefaultMQProducerImpl.sendKernelImpl, where a delay goes before a transaction. */
function messageTypeOf({ sysFlag }: Parcel, properties: MessageProperties): TraceMessageType {
  for (const name of DELAYS) if (properties[name] !== undefined) return 'Delay_Msg'
  return (sysFlag & SysFlag.TRANSACTION_PREPARED) !== 0 ? 'Trans_Msg_Half' : 'Normal_Msg'
}

const DELAYS = [
  PropertyName.DELAY_LEVEL,
  PropertyName.TIMER_DELIVER,
  PropertyName.TIMER_DELAY_MS,
  PropertyName.TIMER_DELAY_SECONDS,
]
