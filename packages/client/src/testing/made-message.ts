import {
  encodeHost,
  encodeProperties,
  type MessageProperties,
  type MessageRecord,
} from '@rocketeer/protocol/record'
import { Message } from '../messages/received-message.js'

/** A message as if pulled, for tests; what is left out is ordinary. */
export function madeMessage(
  record: Partial<Omit<MessageRecord, 'properties'>> & { properties?: MessageProperties } = {},
): Message {
  return new Message(
    {
      totalSize: 100,
      bodyCrc: 0,
      queueId: 0,
      flag: 0,
      queueOffset: 0,
      physicalOffset: 4096,
      sysFlag: 0,
      bornTimestamp: 1,
      bornHost: encodeHost('10.0.0.1', 5000),
      storeTimestamp: 2,
      storeHost: encodeHost('10.0.0.2', 10911),
      reconsumeTimes: 0,
      preparedTransactionOffset: 0,
      body: Buffer.from('body'),
      topic: 'orders',
      ...record,
      properties: encodeProperties(record.properties ?? {}),
    },
    'broker-a',
  )
}
