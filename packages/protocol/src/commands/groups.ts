import { SubscriptionData, SubscriptionGroupConfig } from '../bodies/groups.js'
import { DataVersion } from '../bodies/tables.js'
import { body } from '../body/body.js'
import { flag, integer, list, mapOf, nullable, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, optional, text } from '../command/field.js'

/** Creates a consumer group or changes it. Apache: SubscriptionGroupConfig (body). */
export const updateAndCreateSubscriptiongroup = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP,
})

/** Creates or changes several consumer groups. Apache: SubscriptionGroupList (body). */
export const updateAndCreateSubscriptiongroupList = defineCommand({
  code: RequestCode.UPDATE_AND_CREATE_SUBSCRIPTIONGROUP_LIST,
})

/** Groups to be created together. Apache: SubscriptionGroupList. */
export const SubscriptionGroupList = body('SubscriptionGroupList', {
  groupConfigList: list(SubscriptionGroupConfig),
})
export type SubscriptionGroupList = ValueOf<typeof SubscriptionGroupList>

/** Deletes a consumer group, with its offsets when asked for. Apache: DeleteSubscriptionGroupRequestHeader. */
export const deleteSubscriptiongroup = defineCommand({
  code: RequestCode.DELETE_SUBSCRIPTIONGROUP,
  request: {
    groupName: text(),
    cleanOffset: boolean({ default: false }),
  },
})

/**
 * One group's configuration; the body is a SubscriptionGroupConfig. Apache:
 * GetSubscriptionGroupConfigRequestHeader.
 */
export const getSubscriptiongroupConfig = defineCommand({
  code: RequestCode.GET_SUBSCRIPTIONGROUP_CONFIG,
  request: {
    group: text(),
  },
})

/**
 * All groups of a broker in pages of `maxGroupNum` from `groupSeq` on (peers before 5.4 send no fields and mean
 * all); the body is a SubscriptionGroupWrapper. Apache: GetAllSubscriptionGroupRequestHeader,
 * GetAllSubscriptionGroupResponseHeader.
 */
export const getAllSubscriptiongroupConfig = defineCommand({
  code: RequestCode.GET_ALL_SUBSCRIPTIONGROUP_CONFIG,
  request: {
    groupSeq: optional(int32()),
    dataVersion: optional(text()),
    maxGroupNum: optional(int32()),
  },
  response: {
    totalGroupNum: optional(int32()),
  },
})

/** All groups of a broker; also the shape of subscriptionGroup.json. Apache: SubscriptionGroupWrapper. */
export const SubscriptionGroupWrapper = body('SubscriptionGroupWrapper', {
  subscriptionGroupTable: mapOf(string(), SubscriptionGroupConfig),
  forbiddenTable: mapOf(string(), mapOf(string(), integer())),
  dataVersion: DataVersion,
})
export type SubscriptionGroupWrapper = ValueOf<typeof SubscriptionGroupWrapper>

/**
 * Forbids a group to read a topic, or asks whether it is forbidden; the body is a GroupForbidden. Apache:
 * UpdateGroupForbiddenRequestHeader.
 */
export const updateAndGetGroupForbidden = defineCommand({
  code: RequestCode.UPDATE_AND_GET_GROUP_FORBIDDEN,
  request: {
    group: text(),
    topic: text(),
    readable: optional(boolean()),
  },
})

/** Whether a group may read a topic. Apache: GroupForbidden. */
export const GroupForbidden = body('GroupForbidden', {
  topic: nullable(string()),
  group: nullable(string()),
  readable: nullable(flag()),
})
export type GroupForbidden = ValueOf<typeof GroupForbidden>

/** The topics a group has offsets of; the body is a TopicList. Apache: QueryTopicsByConsumerRequestHeader. */
export const queryTopicsByConsumer = defineCommand({
  code: RequestCode.QUERY_TOPICS_BY_CONSUMER,
  request: {
    group: text(),
  },
})

/** The groups that consume a topic; the body is a GroupList. Apache: QueryTopicConsumeByWhoRequestHeader. */
export const queryTopicConsumeByWho = defineCommand({
  code: RequestCode.QUERY_TOPIC_CONSUME_BY_WHO,
  request: {
    topic: text(),
  },
})

/** Names of consumer groups. Apache: GroupList. */
export const GroupList = body('GroupList', {
  groupList: list(string()),
})
export type GroupList = ValueOf<typeof GroupList>

/**
 * What a group subscribes of a topic; the body is a QuerySubscriptionResponseBody. Apache:
 * QuerySubscriptionByConsumerRequestHeader.
 */
export const querySubscriptionByConsumer = defineCommand({
  code: RequestCode.QUERY_SUBSCRIPTION_BY_CONSUMER,
  request: {
    group: text(),
    topic: optional(text()),
  },
})

/** What a group subscribes of a topic. Apache: QuerySubscriptionResponseBody. */
export const QuerySubscriptionResponseBody = body('QuerySubscriptionResponseBody', {
  subscriptionData: nullable(SubscriptionData),
  group: nullable(string()),
  topic: nullable(string()),
})
export type QuerySubscriptionResponseBody = ValueOf<typeof QuerySubscriptionResponseBody>

/**
 * Client ids of a group, for rebalance; the body is a GetConsumerListByGroupResponseBody. Apache:
 * GetConsumerListByGroupRequestHeader.
 */
export const getConsumerListByGroup = defineCommand({
  code: RequestCode.GET_CONSUMER_LIST_BY_GROUP,
  request: {
    consumerGroup: text(),
    bname: optional(text()),
  },
})

/** Client ids of a group. Apache: GetConsumerListByGroupResponseBody. */
export const GetConsumerListByGroupResponseBody = body('GetConsumerListByGroupResponseBody', {
  consumerIdList: list(string()),
})
export type GetConsumerListByGroupResponseBody = ValueOf<typeof GetConsumerListByGroupResponseBody>
