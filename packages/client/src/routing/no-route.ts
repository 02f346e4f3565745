import { nearestName } from '@rocketeer/foundation'
import { DEAD_LETTER_TOPIC_PREFIX, isSystemTopic, ResponseCode } from '@rocketeer/protocol'
import { MASTER_ID, TopicList } from '@rocketeer/protocol/bodies'
import {
  ClusterInfo,
  getAllTopicListFromNameserver,
  getBrokerClusterInfo,
} from '@rocketeer/protocol/commands'
import type { Response } from '@rocketeer/remoting'
import { clientErrors } from '../errors.js'
import type { Nameservers } from './nameservers.js'

const BROKERS_NAMED_MAX = 5

/** What there is of a topic: nothing; nothing, and a send does not create it either; only queues to read. */
type TopicState = 'missing' | 'not-created' | 'not-writable'

/** Asks the nameservers what they know and makes the `NO_ROUTE` error that says so. */
export async function explainNoRoute(nameservers: Nameservers, topic: string, state: TopicState) {
  let brokersKnown = 0
  const asked = await nameservers.askEach(getBrokerClusterInfo, {}, (response) => {
    const brokers = brokersOf(response)
    brokersKnown = Math.max(brokersKnown, brokers.length)
    if (brokers.length === 0) return 'knows no broker at all'
    return state === 'not-writable'
      ? namesText(brokers)
      : `does not know the topic, but ${namesText(brokers)}`
  })
  const nearest = state === 'missing' && brokersKnown > 0 ? await nearestTopic(nameservers, topic) : undefined
  const advice = adviceFor(topic, brokersKnown, state)
  return clientErrors.NO_ROUTE({
    topic,
    brokersKnown,
    nearest,
    asked,
    exists: state === 'not-writable',
    advice,
  })
}

/** Not for senders, which may fail at a high rate: every nameserver answers with all its topics. */
async function nearestTopic(nameservers: Nameservers, topic: string): Promise<string | undefined> {
  try {
    const { body } = await nameservers.call(getAllTopicListFromNameserver, {})
    const { topicList } = TopicList.decode(body)
    return nearestName(
      topic,
      topicList.filter((name) => !isSystemTopic(name) && !name.startsWith('%')),
    )
  } catch {
    return undefined
  }
}

function adviceFor(topic: string, brokersKnown: number, state: TopicState): string {
  if (brokersKnown === 0) {
    return 'No broker has registered there: start one, and check that its nameservers (namesrvAddr in a broker.conf) are the same.'
  }
  if (state === 'not-writable') {
    return 'The topic exists: it may only be read (`rocketeer topic permission`), or its brokers are drained or have no master.'
  }
  if (topic.startsWith(DEAD_LETTER_TOPIC_PREFIX)) {
    return `The group "${topic.slice(DEAD_LETTER_TOPIC_PREFIX.length)}" has no dead letters: their topic is made with the first one. Is it the right group?`
  }
  const create = `create it with \`rocketeer topic create ${topic}\` or client.admin().topics.create('${topic}')`
  if (state === 'not-created') {
    return `The topic does not exist, and no broker creates it by itself (autoCreateTopics, in a broker.conf autoCreateTopicEnable, is off): ${create}.`
  }
  return `The topic does not exist yet: ${create}, or send to it where brokers create topics (autoCreateTopics, in a broker.conf autoCreateTopicEnable).`
}

function brokersOf(response: Response<Record<never, never>>): string[] {
  if (response.code !== ResponseCode.SUCCESS) return []
  return [...ClusterInfo.decode(response.body).brokerAddrTable.values()].map(
    (broker) => `${broker.brokerName} (${broker.brokerAddrs.get(MASTER_ID) ?? 'no master'})`,
  )
}

function namesText(brokers: string[]): string {
  const named = brokers.slice(0, BROKERS_NAMED_MAX).join(', ')
  return brokers.length > BROKERS_NAMED_MAX
    ? `knows ${named} and ${brokers.length - BROKERS_NAMED_MAX} more`
    : `knows ${named}`
}
