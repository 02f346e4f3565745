import { SystemTopic } from '@rocketeer/protocol'
import { type MessageRecord, PropertyName, withoutProperty } from '@rocketeer/protocol/record'
import type { MessageToStore } from '@rocketeer/store'
import { copyOf } from '../messages/copy-of-record.js'
import { type Destination, destinationOf } from '../messages/destination.js'

/** Where a record of SCHEDULE_TOPIC_XXXX or the timer topic is delivered to; undefined when it does not say so. */
export function deliveryDestination({ properties }: MessageRecord): Destination | undefined {
  const destination = destinationOf(properties)
  // A half message must not become visible by way of a delay.
  return destination?.topic === SystemTopic.TRANSACTION_HALF ? undefined : destination
}

/** The copy of such a record that its consumers get. Apache: ScheduleMessageService.messageTimeUp. */
export function deliveredCopy(
  record: MessageRecord,
  { topic, queueId }: Destination,
  properties = record.properties,
): MessageToStore {
  return copyOf(record, {
    topic,
    queueId,
    properties: withoutProperty(properties, PropertyName.DELAY_LEVEL),
  })
}
