import { protocolErrors } from '../errors.js'
import { bodyOf, mapOf, text } from './shape.js'
import type { TopicConfig } from './topic-config.js'

const attributes = bodyOf('TopicConfig', mapOf(text(), text()))

/** `topic read write perm filterType {attributes}`, as compressed registrations hold it. Apache: TopicConfig.encode. */
export function encodeTopicConfigLine(topic: TopicConfig): string {
  return [
    topic.topicName,
    topic.readQueueNums,
    topic.writeQueueNums,
    topic.perm,
    topic.topicFilterType,
    attributes.encode(topic.attributes).toString(),
  ].join(' ')
}

/** The line knows neither the system flag nor the order flag of a topic. Throws `BODY_MALFORMED`. */
export function decodeTopicConfigLine(line: string): TopicConfig {
  const [topicName = '', read, write, perm, topicFilterType, ...rest] = line.split(' ')
  if (topicName === '' || topicFilterType === undefined) {
    throw protocolErrors.BODY_MALFORMED({
      body: 'TopicConfig',
      reason: `"${line.slice(0, 80)}" has too few parts`,
    })
  }
  return {
    topicName,
    readQueueNums: wholeNumber(read, line),
    writeQueueNums: wholeNumber(write, line),
    perm: wholeNumber(perm, line),
    topicFilterType,
    topicSysFlag: 0,
    order: false,
    attributes: rest.length === 0 ? new Map() : attributes.decode(Buffer.from(rest.join(' '))),
  }
}

function wholeNumber(part: string | undefined, line: string): number {
  if (part !== undefined && /^-?\d{1,10}$/.test(part)) return Number(part)
  throw protocolErrors.BODY_MALFORMED({ body: 'TopicConfig', reason: `"${line.slice(0, 80)}" needs numbers` })
}
