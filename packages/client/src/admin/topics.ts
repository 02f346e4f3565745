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
import { checkSettings } from './admin-settings.js'
import { type AdminNeeds, type BrokerChoice, brokersOfCluster, masterNames } from './cluster.js'
import type { OrderQueuesAdmin } from './order-queues.js'

/** The queues, permission and type of a topic, and the brokers to set them on. */
export interface TopicSettings extends BrokerChoice {
  /** Queues per broker, 8; `readQueues` and `writeQueues` set apart what differs. */
  queues?: number | undefined
  /** Queues per broker that consumers read. */
  readQueues?: number | undefined
  /** Queues per broker that producers send to. */
  writeQueues?: number | undefined
  /** 2 write, 4 read, 6 both, which is the default. */
  perm?: number | undefined
  /**
   * True: the nameservers keep the topic's queues (`admin.orderQueues`), so that producers choose among the same ones
   * while a broker is down; it needs nameservers with `orderTopics`. False takes that back. Left out, what the
   * nameservers keep stays as it is.
   */
  order?: boolean | undefined
  /**
   * What kind of messages the topic is for. PRIORITY has consumers that pop get the highest first; otherwise it counts
   * where brokers (`checkMessageTypes`) or Apache's proxies look. Left out, it stays as it is: NORMAL for a new
   * topic. MIXED needs brokers with `allowMixedTopics`.
   */
  type?: TopicMessageType | undefined
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

/** A topic on one broker. */
export interface TopicQueues {
  readQueues: number
  writeQueues: number
  /** 2 write, 4 read, 6 both. */
  perm: number
}

/** A topic that was changed on one broker. */
export interface TopicChange {
  brokerName: string
  before: TopicQueues
  now: TopicQueues
}

const QUEUES_DEFAULT = 8
const PERM_DEFAULT = 6
const DELETED = 'deleted it'
/** Apache: TopicAttributes.TOPIC_MESSAGE_TYPE_ATTRIBUTE. */
const TYPE_ATTRIBUTE = 'message.type'

/** Topics: what there is, where, and of which kind. `admin.topics` is one. */
export class TopicsAdmin {
  readonly #needs: AdminNeeds
  readonly #orderQueues: OrderQueuesAdmin

  /** @internal */
  constructor(needs: AdminNeeds, orderQueues: OrderQueuesAdmin) {
    this.#needs = needs
    this.#orderQueues = orderQueues
  }

  /**
   * Creates a topic on every broker, or on those chosen. Where it exists already, its queues and permission become what
   * `settings` says, or the defaults; `update` changes only what it is given. Rejects with `TOPIC_INVALID` or
   * `OPTION_INVALID`. Apache: mqadmin updateTopic.
   */
  async create(topic: string, settings: TopicSettings = {}): Promise<void> {
    checkTopic(topic)
    checkSettings('admin.topics.create', 'topic', settings)
    const {
      queues = QUEUES_DEFAULT,
      readQueues = queues,
      writeQueues = queues,
      perm = PERM_DEFAULT,
    } = settings
    const names = await masterNames(this.#needs, settings)
    const table = new Map(names.map((name) => [name, { readQueues, writeQueues, perm }]))
    await this.#put(topic, table, settings)
  }

  /**
   * Changes what `changes` names, on every broker that has the topic or on those chosen, and leaves the rest as it is.
   * Rejects with `NO_ROUTE`, or with `TOPIC_NOT_ON_BROKER` when a broker that is named, or each of the cluster that is,
   * does not have the topic.
   */
  async update(topic: string, changes: TopicSettings): Promise<TopicChange[]> {
    checkTopic(topic)
    checkSettings('admin.topics.update', 'topic', changes)
    const names = await masterNames(this.#needs, changes)
    const found = await this.#queuesByBroker(topic, names)
    const missing = names.find((name) => !found.has(name))
    if (missing !== undefined && (changes.brokers !== undefined || found.size === 0)) {
      // Rejects when the topic is nowhere.
      const { queueDatas } = await this.route(topic)
      const brokerNames = queueDatas.map(({ brokerName }) => brokerName)
      throw clientErrors.TOPIC_NOT_ON_BROKER({ topic, brokerName: missing, brokerNames })
    }
    const { queues, readQueues = queues, writeQueues = queues, perm } = changes
    const changed = [...found].map(([brokerName, before]): TopicChange => {
      const now = {
        readQueues: readQueues ?? before.readQueues,
        writeQueues: writeQueues ?? before.writeQueues,
        perm: perm ?? before.perm,
      }
      return { brokerName, before, now }
    })
    await this.#put(topic, new Map(changed.map(({ brokerName, now }) => [brokerName, now])), changes)
    return changed
  }

  /**
   * Deletes a topic everywhere: its messages cannot be read any more. A nameserver that is down forgets it when it
   * starts. Rejects with `NO_ROUTE` when neither a broker nor a nameserver has it. Apache: mqadmin deleteTopic.
   */
  async delete(topic: string): Promise<void> {
    checkTopic(topic)
    const { brokers, nameservers, routes } = this.#needs
    // From all brokers first, so that none registers it again.
    const names = await masterNames(this.#needs)
    // Of one that was deleted in part only, the rest can be.
    if ((await this.#queuesByBroker(topic, names)).size === 0) await this.route(topic)
    await Promise.all(names.map((name) => brokers.call(name, deleteTopicInBroker, { topic })))
    const asked = await nameservers.askEach(deleteTopicInNamesrv, { topic }, (response) =>
      response.code === ResponseCode.SUCCESS ? DELETED : `answered ${responseCodeName(response.code)}`,
    )
    if (!asked.some(({ answer }) => answer === DELETED)) throw clientErrors.NAMESERVERS_UNREACHABLE({ asked })
    await this.#orderQueues.delete(topic)
    routes.forget(topic)
  }

  /** Names, sorted; RocketMQ's own only with `system`. */
  async list({ system = false }: { system?: boolean | undefined } = {}): Promise<string[]> {
    const response = await this.#needs.nameservers.call(getAllTopicListFromNameserver, {})
    const { topicList } = TopicList.decode(response.body)
    if (system) return topicList.sort()
    const ofBrokers = await this.#topicsOfBrokers()
    return topicList.filter((topic) => !isInternal(topic) && !ofBrokers.has(topic)).sort()
  }

  /** What kind of messages a topic is declared for, by the first of its brokers. */
  async type(topic: string): Promise<TopicMessageType> {
    checkTopic(topic)
    const [brokerName] = (await this.#needs.routes.existing(topic)).brokerNames
    const options = { orAny: true }
    const response = await this.#needs.brokers.call(brokerName!, getTopicConfig, { topic }, options)
    const type = TopicConfigAndQueueMapping.decode(response.body).attributes.get(TYPE_ATTRIBUTE)
    return (type as TopicMessageType | undefined) ?? 'NORMAL'
  }

  /** On which brokers the topic is, and with how many queues: what the nameservers know now, whatever is cached. */
  async route(topic: string): Promise<TopicRouteData> {
    checkTopic(topic)
    const { nameservers } = this.#needs
    const fields = { topic, acceptStandardJsonOnly: true }
    const { response, address } = await nameservers.ask(
      getRouteinfoByTopic,
      fields,
      ({ code }) => code === ResponseCode.SUCCESS,
    )
    const { code: answer, remark = '', body } = response
    if (answer === ResponseCode.SUCCESS) return TopicRouteData.decode(body)
    if (answer === ResponseCode.TOPIC_NOT_EXIST) throw await explainNoRoute(nameservers, topic, 'missing')
    throw clientErrors.NAMESERVER_REFUSED({ command: getRouteinfoByTopic.name, address, answer, remark })
  }

  /** Every queue of the topic with its first and last offset, sorted. Apache: mqadmin topicStatus. */
  async stats(topic: string): Promise<QueueStats[]> {
    checkTopic(topic)
    const { brokers, routes } = this.#needs
    const { brokerNames } = await routes.existing(topic)
    const tables = await Promise.all(
      brokerNames.map(async (name) => {
        const response = await brokers.call(name, getTopicStatsInfo, { topic }, { orAny: true })
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

  /** The queues of a topic that can be read. */
  async queues(topic: string): Promise<MessageQueue[]> {
    checkTopic(topic)
    return [...(await this.#needs.routes.existing(topic)).readQueues]
  }

  async #put(topic: string, table: ReadonlyMap<string, TopicQueues>, settings: TopicSettings): Promise<void> {
    const { order, type } = settings
    // Before the brokers are told: they would hear of it with their next registration, and be ordered again.
    if (order === false) await this.#orderQueues.delete(topic)
    const puts = [...table].map(([brokerName, { readQueues, writeQueues, perm }]) => {
      const fields = {
        topic,
        defaultTopic: SystemTopic.AUTO_CREATE,
        readQueueNums: readQueues,
        writeQueueNums: writeQueues,
        perm,
        topicFilterType: 'SINGLE_TAG',
        topicSysFlag: 0,
        order: order ?? false,
        force: false,
        attributes: type === undefined ? undefined : `+${TYPE_ATTRIBUTE}=${type}`,
      }
      return this.#needs.brokers.call(brokerName, updateAndCreateTopic, fields)
    })
    await Promise.all(puts)
    if (order === true) {
      const kept = [...table].map(([name, { writeQueues }]): [string, number] => [name, writeQueues])
      await this.#orderQueues.add(topic, Object.fromEntries(kept))
    }
    this.#needs.routes.forget(topic)
  }

  /**
   * The topic on those of the brokers that have it. Nameservers show a drained broker without its permission to write, so
   * the brokers are asked; those before 5.0 do not answer.
   */
  async #queuesByBroker(topic: string, brokerNames: readonly string[]): Promise<Map<string, TopicQueues>> {
    const options = { accept: [ResponseCode.REQUEST_CODE_NOT_SUPPORTED, ResponseCode.TOPIC_NOT_EXIST] }
    const found = new Map<string, TopicQueues>()
    for (const name of brokerNames) {
      const response = await this.#needs.brokers.call(name, getTopicConfig, { topic }, options)
      const config =
        response.code === ResponseCode.SUCCESS
          ? TopicConfigAndQueueMapping.decode(response.body)
          : response.code === ResponseCode.TOPIC_NOT_EXIST
            ? undefined
            : (await this.route(topic)).queueDatas.find(({ brokerName }) => brokerName === name)
      if (config === undefined) continue
      const { readQueueNums: readQueues, writeQueueNums: writeQueues, perm } = config
      found.set(name, { readQueues, writeQueues, perm })
    }
    return found
  }

  /** Brokers have topics named after themselves, their cluster, and the cluster's replies. */
  async #topicsOfBrokers(): Promise<Set<string>> {
    const brokers = await brokersOfCluster(this.#needs)
    return new Set(brokers.flatMap(({ brokerName, cluster }) => [brokerName, cluster, replyTopicOf(cluster)]))
  }
}

function isInternal(topic: string): boolean {
  return isSystemTopic(topic) || topic.startsWith(RETRY_TOPIC_PREFIX)
}
