import {
  isSystemTopic,
  RETRY_TOPIC_PREFIX,
  ResponseCode,
  replyTopicOf,
  responseCodeName,
  SystemTopic,
} from '@rocketeer/protocol'
import { TopicList, TopicRouteData } from '@rocketeer/protocol/bodies'
import {
  deleteTopicInBroker,
  deleteTopicInNamesrv,
  getAllTopicListFromNameserver,
  getRouteinfoByTopic,
  getTopicConfig,
  getTopicStatsInfo,
  TopicConfigAndQueueMapping,
  TopicStatsTable,
  updateAndCreateTopic,
} from '@rocketeer/protocol/commands'
import type { TopicMessageType } from '@rocketeer/protocol/record'
import { clientErrors } from '../errors.js'
import { checkTopic } from '../messages/names.js'
import { compareQueues, type MessageQueue } from '../routing/message-queue.js'
import { explainNoRoute } from '../routing/no-route.js'
import type { AdminNeeds } from './admin-needs.js'
import { brokersOfCluster, masterNames } from './cluster.js'
import { addToOrderConf, deleteOrderConf } from './order-conf.js'

/** Left out, a topic gets 8 queues per broker to read and to write, on every broker. */
export interface TopicSettings {
  /** Queues per broker; `readQueues` and `writeQueues` set apart what differs. */
  queues?: number
  readQueues?: number
  writeQueues?: number
  /** 2 write, 4 read, 6 both. */
  perm?: number
  /**
   * True: the nameservers keep the topic's queues (its order configuration), so that producers choose among the same
   * ones while a broker is down; it needs nameservers with `orderMessageEnable`. False takes that back. Left out, what
   * the nameservers keep stays as it is.
   */
  order?: boolean
  /**
   * What kind of messages the topic is for. PRIORITY has consumers that pop get the highest first; otherwise it counts
   * where brokers (`enableTopicMessageTypeCheck`) or Apache's proxies look. Left out, it stays as it is: NORMAL for a new
   * topic. MIXED needs brokers with `enableMixedMessageType`.
   */
  type?: TopicMessageType
  /** Names of the brokers to create it on. */
  brokers?: readonly string[]
  cluster?: string
}

/** What one queue holds. */
export interface QueueStats {
  queue: MessageQueue
  minOffset: number
  /** One more than the offset of the last message. */
  maxOffset: number
  /** Milliseconds since the epoch; 0 when the queue is empty. */
  lastUpdateTimestamp: number
}

const QUEUES_DEFAULT = 8
const PERM_DEFAULT = 6
const DELETED = 'deleted it'
/** Apache: TopicAttributes.TOPIC_MESSAGE_TYPE_ATTRIBUTE. */
const TYPE_ATTRIBUTE = 'message.type'

/** Apache: mqadmin updateTopic. */
export async function putTopic(needs: AdminNeeds, topic: string, settings: TopicSettings): Promise<void> {
  checkTopic(topic)
  const { queues = QUEUES_DEFAULT, readQueues = queues, writeQueues = queues, perm = PERM_DEFAULT } = settings
  const fields = {
    topic,
    defaultTopic: SystemTopic.AUTO_CREATE,
    readQueueNums: readQueues,
    writeQueueNums: writeQueues,
    perm,
    topicFilterType: 'SINGLE_TAG',
    topicSysFlag: 0,
    order: settings.order ?? false,
    force: false,
    attributes: settings.type === undefined ? undefined : `+${TYPE_ATTRIBUTE}=${settings.type}`,
  }
  const names = await masterNames(needs, settings.brokers, settings.cluster)
  // Before the brokers are told: they would hear of it with their next registration, and be ordered again.
  if (settings.order === false) await deleteOrderConf(needs, topic)
  await Promise.all(names.map((name) => needs.brokers.call(name, updateAndCreateTopic, fields)))
  if (settings.order === true) await addToOrderConf(needs, topic, names, writeQueues)
  needs.routes.forget(topic)
}

/** As its brokers have it; the first one's, where they differ. */
export async function topicType(needs: AdminNeeds, topic: string): Promise<TopicMessageType> {
  const [brokerName] = (await needs.routes.existing(topic)).brokerNames
  const response = await needs.brokers.call(brokerName!, getTopicConfig, { topic }, undefined, {
    orAny: true,
  })
  const type = TopicConfigAndQueueMapping.decode(response.body).attributes.get(TYPE_ATTRIBUTE)
  return (type as TopicMessageType | undefined) ?? 'NORMAL'
}

/**
 * From all brokers first, so that none registers it again, then from every nameserver; one that is down forgets it
 * when it starts. Apache: mqadmin deleteTopic.
 */
export async function deleteTopic(needs: AdminNeeds, topic: string): Promise<void> {
  checkTopic(topic)
  const names = await masterNames(needs, undefined)
  await Promise.all(names.map((name) => needs.brokers.call(name, deleteTopicInBroker, { topic })))
  const asked = await needs.nameservers.askEach(deleteTopicInNamesrv, { topic }, (response) =>
    response.code === ResponseCode.SUCCESS ? DELETED : `answered ${responseCodeName(response.code)}`,
  )
  if (!asked.some(({ answer }) => answer === DELETED)) throw clientErrors.NAMESERVERS_UNREACHABLE({ asked })
  await deleteOrderConf(needs, topic)
  needs.routes.forget(topic)
}

export async function topicNames(needs: AdminNeeds, includeSystem: boolean): Promise<string[]> {
  const response = await needs.nameservers.call(getAllTopicListFromNameserver, {})
  const { topicList } = TopicList.decode(response.body)
  if (includeSystem) return topicList.sort()
  const ofBrokers = await topicsOfBrokers(needs)
  return topicList.filter((topic) => !isInternal(topic) && !ofBrokers.has(topic)).sort()
}

function isInternal(topic: string): boolean {
  return isSystemTopic(topic) || topic.startsWith(RETRY_TOPIC_PREFIX)
}

/** Brokers have topics named after themselves, their cluster, and the cluster's replies. */
async function topicsOfBrokers(needs: AdminNeeds): Promise<Set<string>> {
  const brokers = await brokersOfCluster(needs)
  return new Set(brokers.flatMap(({ brokerName, cluster }) => [brokerName, cluster, replyTopicOf(cluster)]))
}

/** As the nameservers tell it now, whatever is cached. */
export async function topicRoute(needs: AdminNeeds, topic: string): Promise<TopicRouteData> {
  const fields = { topic, acceptStandardJsonOnly: true }
  const { response, address } = await needs.nameservers.ask(
    getRouteinfoByTopic,
    fields,
    ({ code }) => code === ResponseCode.SUCCESS,
  )
  const { code: answer, remark = '', body } = response
  if (answer === ResponseCode.SUCCESS) return TopicRouteData.decode(body)
  if (answer === ResponseCode.TOPIC_NOT_EXIST) throw await explainNoRoute(needs.nameservers, topic, false)
  throw clientErrors.NAMESERVER_REFUSED({ command: getRouteinfoByTopic.name, address, answer, remark })
}

/** Offsets of every queue on every broker, sorted. Apache: mqadmin topicStatus. */
export async function topicStats(needs: AdminNeeds, topic: string): Promise<QueueStats[]> {
  const { brokerNames } = await needs.routes.existing(topic)
  const tables = await Promise.all(
    brokerNames.map(async (name) => {
      const response = await needs.brokers.call(name, getTopicStatsInfo, { topic }, undefined, {
        orAny: true,
      })
      return TopicStatsTable.decode(response.body).offsetTable
    }),
  )
  return tables
    .flat()
    .map(([queue, { minOffset, maxOffset, lastUpdateTimestamp }]) => ({
      queue,
      minOffset,
      maxOffset,
      lastUpdateTimestamp,
    }))
    .sort((a, b) => compareQueues(a.queue, b.queue))
}
