import { defineCommand, RequestCode, ResponseCode } from '@rocketeer/protocol'
import { RemotingClient } from '@rocketeer/remoting'
import { expect, it } from 'vitest'
import { startServer } from './start-server.js'

/** Requests that brokers send to clients. */
const sentToClients = `CHECK_TRANSACTION_STATE NOTIFY_CONSUMER_IDS_CHANGED
  RESET_CONSUMER_CLIENT_OFFSET GET_CONSUMER_STATUS_FROM_CLIENT PUSH_REPLY_MESSAGE_TO_CLIENT
  NOTIFY_UNSUBSCRIBE_LITE`

/** Codes for which Apache's broker has no handler any more. */
const dead = `QUERY_BROKER_OFFSET GET_TOPIC_CONFIG_LIST GET_TOPIC_NAME_LIST TRIGGER_DELETE_FILES SUSPEND_CONSUMER
  RESUME_CONSUMER RESET_CONSUMER_OFFSET_IN_CONSUMER RESET_CONSUMER_OFFSET_IN_BROKER ADJUST_CONSUMER_THREAD_POOL
  WHO_CONSUME_THE_MESSAGE REGISTER_FILTER_SERVER REGISTER_MESSAGE_FILTER_CLASS GET_CLIENT_CONFIG`

/** Requests for features this server does not have. */
const withoutHandler = `UPDATE_AND_CREATE_STATIC_TOPIC
  POP_LITE_MESSAGE LITE_SUBSCRIPTION_CTL ACK_LITE_MESSAGE GET_BROKER_LITE_INFO GET_PARENT_TOPIC_INFO
  GET_LITE_TOPIC_INFO GET_LITE_CLIENT_INFO GET_LITE_GROUP_INFO TRIGGER_LITE_DISPATCH
  ADD_BROKER REMOVE_BROKER NOTIFY_MIN_BROKER_ID_CHANGE EXCHANGE_BROKER_HA_INFO
  GET_BROKER_EPOCH_CACHE NOTIFY_BROKER_ROLE_CHANGED CLEAN_BROKER_DATA
  CONTROLLER_ALTER_SYNC_STATE_SET CONTROLLER_ELECT_MASTER CONTROLLER_REGISTER_BROKER CONTROLLER_GET_REPLICA_INFO
  CONTROLLER_GET_METADATA_INFO CONTROLLER_GET_SYNC_STATE_DATA UPDATE_CONTROLLER_CONFIG GET_CONTROLLER_CONFIG
  CONTROLLER_GET_NEXT_BROKER_ID CONTROLLER_APPLY_BROKER_ID
  UPDATE_COLD_DATA_FLOW_CTR_CONFIG REMOVE_COLD_DATA_FLOW_CTR_CONFIG
  SET_COMMITLOG_READ_MODE EXPORT_ROCKSDB_CONFIG_TO_JSON
  AUTH_CREATE_USER AUTH_UPDATE_USER AUTH_DELETE_USER AUTH_GET_USER AUTH_LIST_USER
  AUTH_CREATE_ACL AUTH_UPDATE_ACL AUTH_DELETE_ACL AUTH_GET_ACL AUTH_LIST_ACL`

const mustBeRefused = new Set(`${sentToClients} ${dead} ${withoutHandler}`.split(/\s+/))

it('every request code is handled or answered "not supported" with its name', async () => {
  await using server = await startServer()
  await using client = new RemotingClient()
  const refused: string[] = []
  for (const [name, code] of Object.entries(RequestCode)) {
    const command = defineCommand({ code })
    const answers = await Promise.all(
      [server.broker.address, server.nameservers[0]!].map((address) => client.request(address, command, {})),
    )
    const notSupported = answers.filter((answer) => answer.code === ResponseCode.REQUEST_CODE_NOT_SUPPORTED)
    for (const { remark } of notSupported) expect(remark).toContain(name)
    if (notSupported.length === answers.length) refused.push(name)
  }
  expect(refused.sort()).toEqual([...mustBeRefused].sort())
})
