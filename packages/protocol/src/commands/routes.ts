import { BrokerData } from '../bodies/routes.js'
import { body } from '../body/body.js'
import { integer, list, mapOf, nullable, object, string, type ValueOf } from '../body/shape.js'
import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { boolean, int32, optional, text } from '../command/field.js'

/**
 * Where a topic's queues are; the body is TopicRouteData, in standard JSON only when asked for. Apache:
 * GetRouteInfoRequestHeader.
 */
export const getRouteinfoByTopic = defineCommand({
  code: RequestCode.GET_ROUTEINFO_BY_TOPIC,
  request: {
    topic: text(),
    acceptStandardJsonOnly: optional(boolean()),
  },
})

/** All clusters, brokers and their addresses. Apache: ClusterInfo (response body). */
export const getBrokerClusterInfo = defineCommand({
  code: RequestCode.GET_BROKER_CLUSTER_INFO,
})

/** All broker names and which cluster each belongs to. Apache: ClusterInfo. */
export const ClusterInfo = body('ClusterInfo', {
  brokerAddrTable: mapOf(string(), BrokerData),
  clusterAddrTable: mapOf(string(), list(string())),
})
export type ClusterInfo = ValueOf<typeof ClusterInfo>

/**
 * Master and slaves of one broker name; the body is a GetBrokerMemberGroupResponseBody. Apache:
 * GetBrokerMemberGroupRequestHeader.
 */
export const getBrokerMemberGroup = defineCommand({
  code: RequestCode.GET_BROKER_MEMBER_GROUP,
  request: {
    clusterName: text(),
    brokerName: text(),
  },
})

/** Addresses of one broker name by broker id. Apache: BrokerMemberGroup. */
export const BrokerMemberGroup = object({
  cluster: nullable(string()),
  brokerName: nullable(string()),
  brokerAddrs: mapOf(integer(), string()),
})
export type BrokerMemberGroup = ValueOf<typeof BrokerMemberGroup>

/** The answer to GET_BROKER_MEMBER_GROUP. Apache: GetBrokerMemberGroupResponseBody. */
export const GetBrokerMemberGroupResponseBody = body('GetBrokerMemberGroupResponseBody', {
  brokerMemberGroup: nullable(BrokerMemberGroup),
})
export type GetBrokerMemberGroupResponseBody = ValueOf<typeof GetBrokerMemberGroupResponseBody>

/**
 * Takes the write permission from every topic of a broker, before maintenance. Apache:
 * WipeWritePermOfBrokerRequestHeader, WipeWritePermOfBrokerResponseHeader.
 */
export const wipeWritePermOfBroker = defineCommand({
  code: RequestCode.WIPE_WRITE_PERM_OF_BROKER,
  request: {
    brokerName: text(),
  },
  response: {
    wipeTopicCount: int32(),
  },
})

/**
 * Gives every topic of a broker its write permission back, after maintenance. Apache:
 * AddWritePermOfBrokerRequestHeader, AddWritePermOfBrokerResponseHeader.
 */
export const addWritePermOfBroker = defineCommand({
  code: RequestCode.ADD_WRITE_PERM_OF_BROKER,
  request: {
    brokerName: text(),
  },
  response: {
    addTopicCount: int32(),
  },
})
