import type { Message } from '@rocketeer/client'

/** The property of a forwarded message that says where it comes from: topic, broker, queue and offset, such as `orders broker-a 3 1042`. */
export const SPREAD_ORIGIN = 'SPREAD_ORIGIN'

/** The topic that a message was sent to: of one that a spread has forwarded, the narrow topic. */
export function sentTopicOf({ topic, properties }: Pick<Message, 'topic' | 'properties'>): string {
  return properties[SPREAD_ORIGIN]?.split(' ', 1)[0] || topic
}
