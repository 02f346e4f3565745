import { RequestCode } from '../codes/request-code.js'
import { defineCommand } from '../command/command.js'
import { optional, text } from '../command/field.js'

/** The nameserver's configuration as properties text. Apache: MQClientAPIImpl.getNameServerConfig (no header). */
export const getNamesrvConfig = defineCommand({
  code: RequestCode.GET_NAMESRV_CONFIG,
})

/**
 * Changes the nameserver's configuration; the body is properties text. Apache: MQClientAPIImpl.updateNameServerConfig
 * (no header).
 */
export const updateNamesrvConfig = defineCommand({
  code: RequestCode.UPDATE_NAMESRV_CONFIG,
})

/** Sets one key of the nameserver's configuration table. Apache: PutKVConfigRequestHeader. */
export const putKvConfig = defineCommand({
  code: RequestCode.PUT_KV_CONFIG,
  request: {
    namespace: text(),
    key: text(),
    value: text(),
  },
})

/**
 * Reads one key of the nameserver's configuration table. Apache: GetKVConfigRequestHeader,
 * GetKVConfigResponseHeader.
 */
export const getKvConfig = defineCommand({
  code: RequestCode.GET_KV_CONFIG,
  request: {
    namespace: text(),
    key: text(),
  },
  response: {
    value: optional(text()),
  },
})

/** Fields of a `getKvConfig` that nameservers of every version answer at once, with "not found". */
export const noKvConfig = { namespace: 'ORDER_TOPIC_CONFIG', key: '' }

/** Removes one key of the nameserver's configuration table. Apache: DeleteKVConfigRequestHeader. */
export const deleteKvConfig = defineCommand({
  code: RequestCode.DELETE_KV_CONFIG,
  request: {
    namespace: text(),
    key: text(),
  },
})

/** All keys of one namespace; the body is a KVTable. Apache: GetKVListByNamespaceRequestHeader. */
export const getKvlistByNamespace = defineCommand({
  code: RequestCode.GET_KVLIST_BY_NAMESPACE,
  request: {
    namespace: text(),
  },
})

/** Adds a topic to the nameserver's table; the body is TopicRouteData. Apache: RegisterTopicRequestHeader. */
export const registerTopicInNamesrv = defineCommand({
  code: RequestCode.REGISTER_TOPIC_IN_NAMESRV,
  request: {
    topic: text(),
  },
})

/**
 * Removes a topic from the nameserver's table, of one cluster or of all. Apache:
 * DeleteTopicFromNamesrvRequestHeader.
 */
export const deleteTopicInNamesrv = defineCommand({
  code: RequestCode.DELETE_TOPIC_IN_NAMESRV,
  request: {
    topic: text(),
    clusterName: optional(text()),
  },
})

/** The names of all topics. Apache: TopicList (response body). */
export const getAllTopicListFromNameserver = defineCommand({
  code: RequestCode.GET_ALL_TOPIC_LIST_FROM_NAMESERVER,
})

/**
 * Cluster and broker names, which are topics of their own, and one broker address. Apache: TopicList (response
 * body).
 */
export const getSystemTopicListFromNs = defineCommand({
  code: RequestCode.GET_SYSTEM_TOPIC_LIST_FROM_NS,
})

/** The topics of one cluster; the body is a TopicList. Apache: GetTopicsByClusterRequestHeader. */
export const getTopicsByCluster = defineCommand({
  code: RequestCode.GET_TOPICS_BY_CLUSTER,
  request: {
    cluster: text(),
  },
})

/** Topics with the unit flag. Apache: TopicList (response body). */
export const getUnitTopicList = defineCommand({
  code: RequestCode.GET_UNIT_TOPIC_LIST,
})

/** Topics that a unit has subscribed. Apache: TopicList (response body). */
export const getHasUnitSubTopicList = defineCommand({
  code: RequestCode.GET_HAS_UNIT_SUB_TOPIC_LIST,
})

/** Topics without the unit flag that a unit has subscribed. Apache: TopicList (response body). */
export const getHasUnitSubUnunitTopicList = defineCommand({
  code: RequestCode.GET_HAS_UNIT_SUB_UNUNIT_TOPIC_LIST,
})
