import { isSystemGroup, ResponseCode } from '@rocketeer/protocol'
import { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import {
  ConsumerConnection,
  deleteSubscriptiongroup,
  GroupList,
  getAllMessageRequestMode,
  getConsumerConnectionList,
  MessageRequestModeSerializeWrapper,
  queryTopicConsumeByWho,
  SetMessageRequestModeRequestBody,
  setMessageRequestMode,
  updateAndCreateSubscriptiongroup,
} from '@rocketeer/protocol/commands'
import { clientErrors } from '../errors.js'
import { checkGroup, checkTopic } from '../messages/names.js'
import { compareText } from '../routing/message-queue.js'
import { checkSettings } from './admin-settings.js'
import { type AdminNeeds, type BrokerChoice, masterNames } from './cluster.js'
import { brokersOf, consumedQueues, ofTopics, withRetryQueues } from './consumed-queues.js'
import { type ClusterWaiting, clusterWaiting, deadLettersOf, failuresOf } from './failed-messages.js'
import { groupConfigsOn } from './group-configs.js'
import { type GroupDeadLetters, type GroupLag, type GroupProgress, lagsByTopic } from './group-progress.js'
import { changed, defaultsOf, type GroupSettings } from './group-settings.js'
import { checkGroupKnown, checkGroupSeen } from './known-groups.js'

/** How a group gets the messages of a topic, when its consumers leave that to brokers (`assignedBy: 'broker'`). */
export interface MessageRequestMode {
  mode: 'PULL' | 'POP'
  /**
   * With POP: from the queues of how many other members each member pops, too. 0: every member pops from all queues; 1:
   * each queue has two members; and so on. Apache: popShareQueueNum.
   */
  popShareQueues: number
}

/** The mode to set, and on which brokers. */
export interface RequestModeSettings extends BrokerChoice {
  mode: MessageRequestMode['mode']
  /** 0; see `MessageRequestMode`. */
  popShareQueues?: number | undefined
}

/** Consumer groups: their settings, members and progress. `admin.groups` is one. */
export class GroupsAdmin {
  readonly #needs: AdminNeeds

  /** @internal */
  constructor(needs: AdminNeeds) {
    this.#needs = needs
  }

  /**
   * Creates a group on every broker, or on those chosen. Where it exists already, all its settings become what
   * `settings` says, or the defaults; `update` changes only what it is given. Rejects with `GROUP_INVALID` or
   * `OPTION_INVALID`. Apache: mqadmin updateSubGroup.
   */
  async create(group: string, settings: GroupSettings = {}): Promise<void> {
    checkGroup(group)
    checkSettings('admin.groups.create', 'group', settings)
    const config = changed(defaultsOf(group), settings)
    const names = await masterNames(this.#needs, settings)
    await this.#put(new Map(names.map((name) => [name, config])))
  }

  /** Changes what `changes` names and leaves the rest as it is. Rejects with `GROUP_UNKNOWN` or `OPTION_INVALID`. */
  async update(group: string, changes: GroupSettings): Promise<void> {
    checkGroup(group)
    checkSettings('admin.groups.update', 'group', changes)
    const found = new Map<string, SubscriptionGroupConfig>()
    const names = await masterNames(this.#needs, changes)
    for (const name of names) {
      const config = (await groupConfigsOn(this.#needs, name)).find(({ groupName }) => groupName === group)
      if (config) found.set(name, config)
    }
    const [first] = found.values()
    if (first === undefined) throw clientErrors.GROUP_UNKNOWN({ group })
    // Attributes are changed by requests that say `+name`; those sent back as they are would be refused.
    const configOn = (name: string) => ({
      ...changed(found.get(name) ?? first, changes),
      attributes: new Map(),
    })
    await this.#put(new Map(names.map((name) => [name, configOn(name)])))
  }

  /** Deletes a group with its offsets, on every broker. Rejects with `GROUP_UNKNOWN`. Apache: mqadmin deleteSubGroup. */
  async delete(group: string): Promise<void> {
    checkGroup(group)
    await checkGroupKnown(this.#needs, group)
    const fields = { groupName: group, cleanOffset: true }
    const names = await masterNames(this.#needs)
    await Promise.all(names.map((name) => this.#needs.brokers.call(name, deleteSubscriptiongroup, fields)))
  }

  /** The settings of the groups any broker knows, sorted by name; those of RocketMQ's own tools only with `system`. */
  async list({ system = false }: { system?: boolean | undefined } = {}): Promise<SubscriptionGroupConfig[]> {
    const found = new Map<string, SubscriptionGroupConfig>()
    for (const name of await masterNames(this.#needs)) {
      for (const config of await groupConfigsOn(this.#needs, name)) found.set(config.groupName, config)
    }
    return [...found.values()]
      .filter((config) => system || !isToolGroup(config.groupName))
      .sort((a, b) => (a.groupName < b.groupName ? -1 : 1))
  }

  /** Groups that subscribe to the topic now or have an offset in it, sorted. Apache: mqadmin queryTopicConsumeByWho. */
  async consuming(topic: string): Promise<string[]> {
    checkTopic(topic)
    const { brokers, routes } = this.#needs
    const { brokerNames } = await routes.existing(topic)
    const lists = await Promise.all(
      brokerNames.map(async (name) => {
        const options = { orAny: true }
        const { body } = await brokers.call(name, queryTopicConsumeByWho, { topic }, options)
        return GroupList.decode(body).groupList
      }),
    )
    return [...new Set(lists.flat())].sort()
  }

  /** Who consumes in a group now, and what it subscribes to; undefined when nobody does. Rejects with `GROUP_UNKNOWN`. */
  async members(group: string): Promise<ConsumerConnection | undefined> {
    checkGroup(group)
    const members = await this.#members(group)
    if (members === undefined) await checkGroupSeen(this.#needs, group)
    return members
  }

  /**
   * How far a group is in each queue it has consumed from, of one topic or of all, with its retries and dead letters, which
   * all its topics share. Rejects with `GROUP_UNKNOWN`, or `NO_ROUTE` for the topic. Apache: mqadmin consumerProgress.
   */
  async progress(group: string, topic?: string): Promise<GroupProgress> {
    checkGroup(group)
    if (topic !== undefined) checkTopic(topic)
    return this.#progress(group, topic, await clusterWaiting(this.#needs))
  }

  /** How far a group is behind in each topic it has consumed from, with its retries and dead letters. Rejects with `GROUP_UNKNOWN`. */
  async lag(group: string): Promise<GroupLag> {
    checkGroup(group)
    return this.#lag(group, await clusterWaiting(this.#needs))
  }

  /**
   * The same of several groups, or of all, the furthest behind first. What waits for its time is read once for all of them.
   * `onFailure` is called with a group of which it cannot be told; without it the call rejects.
   */
  async lags(
    groups?: readonly string[],
    onFailure?: (group: string, error: unknown) => void,
  ): Promise<GroupLag[]> {
    const names = groups ?? (await this.list()).map(({ groupName }) => groupName)
    for (const name of names) checkGroup(name)
    const waiting = await clusterWaiting(this.#needs)
    const found: GroupLag[] = []
    for (const name of names) {
      try {
        found.push(await this.#lag(name, waiting))
      } catch (error) {
        if (onFailure === undefined) throw error
        onFailure(name, error)
      }
    }
    return found.sort((a, b) => b.lag - a.lag || compareText(a.group, b.group))
  }

  /** How many dead letters a group has, and since when; none for a group that does not exist, or not yet. */
  async deadLetters(group: string): Promise<GroupDeadLetters> {
    checkGroup(group)
    return deadLettersOf(this.#needs, group, await masterNames(this.#needs))
  }

  /**
   * Has a group pull or pop a topic, on every broker or on those chosen. Consumers with `assignedBy: 'broker'` follow with
   * their next rebalance, within 20 s. Rejects with `GROUP_UNKNOWN`. Apache: mqadmin setConsumeMode,
   * which creates the group where brokers create groups.
   */
  async setRequestMode(group: string, topic: string, settings: RequestModeSettings): Promise<void> {
    checkGroup(group)
    checkTopic(topic)
    checkSettings('admin.groups.setRequestMode', 'requestMode', settings)
    await checkGroupKnown(this.#needs, group)
    const { mode, popShareQueues = 0 } = settings
    const body = SetMessageRequestModeRequestBody.encode({
      topic,
      consumerGroup: group,
      mode,
      popShareQueueNum: popShareQueues,
    })
    const names = await masterNames(this.#needs, settings)
    await Promise.all(
      names.map((name) => this.#needs.brokers.call(name, setMessageRequestMode, {}, { body })),
    )
  }

  /** The modes that were set, by broker name. Rejects with `GROUP_UNKNOWN`, or `NO_ROUTE` for the topic. */
  async requestModes(group: string, topic: string): Promise<Map<string, MessageRequestMode>> {
    checkGroup(group)
    checkTopic(topic)
    const found = new Map<string, MessageRequestMode>()
    for (const name of await masterNames(this.#needs)) {
      const { body } = await this.#needs.brokers.call(name, getAllMessageRequestMode, {})
      const set = MessageRequestModeSerializeWrapper.decode(body).messageRequestModeMap.get(topic)?.get(group)
      if (set === undefined) continue
      const { mode, popShareQueueNum: popShareQueues } = set
      found.set(name, { mode: mode === 'POP' ? 'POP' : 'PULL', popShareQueues })
    }
    if (found.size === 0) {
      await checkGroupKnown(this.#needs, group)
      await this.#needs.routes.existing(topic)
    }
    return found
  }

  async #members(group: string): Promise<ConsumerConnection | undefined> {
    const { brokers } = this.#needs
    const fields = { consumerGroup: group }
    const options = { accept: [ResponseCode.CONSUMER_NOT_ONLINE] }
    for (const name of await brokersOf(this.#needs, group)) {
      const response = await brokers.call(name, getConsumerConnectionList, fields, options)
      if (response.code === ResponseCode.SUCCESS) return ConsumerConnection.decode(response.body)
    }
    return undefined
  }

  async #lag(group: string, waiting: ClusterWaiting): Promise<GroupLag> {
    const [{ queues, ...progress }, members] = await Promise.all([
      this.#progress(group, undefined, waiting),
      this.#members(group),
    ])
    return { ...progress, members: members?.connectionSet.length ?? 0, topics: lagsByTopic(ofTopics(queues)) }
  }

  async #progress(group: string, topic: string | undefined, waiting: ClusterWaiting): Promise<GroupProgress> {
    const [{ queues, popped }, { retryQueues, ...failures }] = await Promise.all([
      consumedQueues(this.#needs, group, topic),
      failuresOf(this.#needs, group, waiting),
    ])
    const { ready, delayed } = failures.retries
    // Brokers list every queue of a topic that is named.
    const seen = topic === undefined ? queues.length : 0
    const isEmpty = seen + retryQueues.length + failures.deadLetters.stored === 0
    if (isEmpty && !waiting.groups.has(group)) await checkGroupKnown(this.#needs, group)
    const lag = ofTopics(queues).reduce((sum, queue) => sum + queue.lag, ready + delayed + (popped ?? 0))
    const shown = topic === undefined ? withRetryQueues(queues, retryQueues) : queues
    return { group, lag, queues: shown, popped, ...failures }
  }

  async #put(configs: ReadonlyMap<string, SubscriptionGroupConfig>): Promise<void> {
    const puts = [...configs].map(([brokerName, config]) => {
      const body = SubscriptionGroupConfig.encode(config)
      return this.#needs.brokers.call(brokerName, updateAndCreateSubscriptiongroup, {}, { body })
    })
    await Promise.all(puts)
  }
}

/** Groups Apache brokers make for their own tools. Apache: MixAll. */
const TOOL_GROUPS: ReadonlySet<string> = new Set([
  'TOOLS_CONSUMER',
  'FILTERSRV_CONSUMER',
  'SELF_TEST_C_GROUP',
  'CID_ONS-HTTP-PROXY',
  'CID_ONSAPI_PULL',
  'CID_ONSAPI_PERMISSION',
  'CID_ONSAPI_OWNER',
])

function isToolGroup(group: string): boolean {
  return TOOL_GROUPS.has(group) || isSystemGroup(group)
}
