import { isSystemGroup, ResponseCode, retryTopicOf } from '@rocketeer/protocol'
import { SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import {
  ConsumerConnection,
  ConsumeStats,
  deleteSubscriptiongroup,
  getAllSubscriptiongroupConfig,
  getConsumerConnectionList,
  getConsumeStats,
  SubscriptionGroupWrapper,
  updateAndCreateSubscriptiongroup,
} from '@rocketeer/protocol/commands'
import { checkGroup } from '../messages/names.js'
import { compareQueues, type MessageQueue } from '../routing/message-queue.js'
import type { AdminNeeds } from './admin-needs.js'
import { masterNames } from './cluster.js'

export interface GroupSettings {
  /** Deliveries after the first before the dead-letter queue, 16. */
  retryMaxTimes?: number
  retryQueueNums?: number
  /** False: brokers give the group nothing. */
  consumeEnable?: boolean
  /** False: its consumers may not broadcast. */
  consumeBroadcastEnable?: boolean
  brokers?: readonly string[]
  cluster?: string
}

/** How far a group is in one queue. */
export interface QueueProgress {
  queue: MessageQueue
  /** One more than the offset of the last message. */
  brokerOffset: number
  /** The next one to consume. */
  consumerOffset: number
  lag: number
  /** When the last consumed message was stored, milliseconds since the epoch; 0 when none was. */
  lastTimestamp: number
}

/** Groups are fetched in pages from 5.4 on; older brokers send all at once whatever is asked. */
const GROUPS_PER_PAGE = 1_000

/** Apache: mqadmin updateSubGroup. */
export async function putGroup(needs: AdminNeeds, group: string, settings: GroupSettings): Promise<void> {
  checkGroup(group)
  const config: SubscriptionGroupConfig = {
    groupName: group,
    consumeEnable: settings.consumeEnable ?? true,
    consumeFromMinEnable: true,
    consumeBroadcastEnable: settings.consumeBroadcastEnable ?? true,
    consumeMessageOrderly: false,
    retryQueueNums: settings.retryQueueNums ?? 1,
    retryMaxTimes: settings.retryMaxTimes ?? 16,
    groupRetryPolicy: undefined,
    brokerId: 0,
    whichBrokerWhenConsumeSlowly: 1,
    notifyConsumerIdsChangedEnable: true,
    groupSysFlag: 0,
    consumeTimeoutMinute: 15,
    subscriptionDataSet: undefined,
    attributes: new Map(),
  }
  const names = await masterNames(needs, settings.brokers, settings.cluster)
  const body = SubscriptionGroupConfig.encode(config)
  await Promise.all(names.map((name) => needs.brokers.call(name, updateAndCreateSubscriptiongroup, {}, body)))
}

export async function deleteGroup(needs: AdminNeeds, group: string): Promise<void> {
  checkGroup(group)
  const fields = { groupName: group, cleanOffset: true }
  const names = await masterNames(needs, undefined)
  await Promise.all(names.map((name) => needs.brokers.call(name, deleteSubscriptiongroup, fields)))
}

/** Groups known to any broker, by name. */
export async function groupConfigs(
  needs: AdminNeeds,
  includeSystem: boolean,
): Promise<SubscriptionGroupConfig[]> {
  const found = new Map<string, SubscriptionGroupConfig>()
  for (const name of await masterNames(needs, undefined)) {
    for (const config of await groupsOf(needs, name)) found.set(config.groupName, config)
  }
  return [...found.values()]
    .filter((config) => includeSystem || !isToolGroup(config.groupName))
    .sort((a, b) => (a.groupName < b.groupName ? -1 : 1))
}

async function groupsOf(needs: AdminNeeds, brokerName: string): Promise<SubscriptionGroupConfig[]> {
  const found: SubscriptionGroupConfig[] = []
  for (let groupSeq = 0; ; groupSeq += GROUPS_PER_PAGE) {
    const fields = { groupSeq, maxGroupNum: GROUPS_PER_PAGE }
    const response = await needs.brokers.call(brokerName, getAllSubscriptiongroupConfig, fields)
    found.push(...SubscriptionGroupWrapper.decode(response.body).subscriptionGroupTable.values())
    const total = response.fields.totalGroupNum
    if (total === undefined || groupSeq + GROUPS_PER_PAGE >= total) return found
  }
}

/** How far a group is in each queue it has consumed from, of one topic or of all. Apache: mqadmin consumerProgress. */
export async function groupProgress(
  needs: AdminNeeds,
  group: string,
  topic?: string,
): Promise<QueueProgress[]> {
  checkGroup(group)
  const names = topic ? (await needs.routes.existing(topic)).brokerNames : await brokersOfGroup(needs, group)
  const tables = await Promise.all(
    names.map(async (name) => {
      const fields = { consumerGroup: group, ...(topic !== undefined && { topic }) }
      const response = await needs.brokers.call(name, getConsumeStats, fields, undefined, {
        timeoutMs: 10_000,
      })
      return ConsumeStats.decode(response.body).offsetTable
    }),
  )
  return tables
    .flat()
    .map(([queue, { brokerOffset, consumerOffset, lastTimestamp }]) => ({
      queue,
      brokerOffset,
      consumerOffset,
      lag: Math.max(0, brokerOffset - consumerOffset),
      lastTimestamp,
    }))
    .sort((a, b) => compareQueues(a.queue, b.queue))
}

/** Who is in a group now, and what it subscribes; undefined when nobody is. */
export async function groupMembers(
  needs: AdminNeeds,
  group: string,
): Promise<ConsumerConnection | undefined> {
  checkGroup(group)
  const fields = { consumerGroup: group }
  for (const name of await brokersOfGroup(needs, group)) {
    const options = { accept: [ResponseCode.CONSUMER_NOT_ONLINE] }
    const response = await needs.brokers.call(name, getConsumerConnectionList, fields, undefined, options)
    if (response.code === ResponseCode.SUCCESS) return ConsumerConnection.decode(response.body)
  }
  return undefined
}

/** A group has a retry topic wherever it consumes; without one any broker may know it. */
async function brokersOfGroup(needs: AdminNeeds, group: string): Promise<readonly string[]> {
  const route = await needs.routes.find(retryTopicOf(group))
  return route?.brokerNames ?? masterNames(needs, undefined)
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
