import { expect, it } from 'vitest'
import { RequestCode } from '../codes/request-code.js'
import { commandsByName } from '../testing/golden-file.js'

/** Codes without a command, and why: no client, admin tool or broker that may talk to us sends them. */
const UNDEFINED: Record<string, readonly (keyof typeof RequestCode)[]> = {
  'a constant in Apache 5.5.0 that nothing sends or handles': [
    'QUERY_BROKER_OFFSET',
    'GET_TOPIC_CONFIG_LIST',
    'GET_TOPIC_NAME_LIST',
    'TRIGGER_DELETE_FILES',
    'GET_CLIENT_CONFIG',
    'SUSPEND_CONSUMER',
    'RESUME_CONSUMER',
    'RESET_CONSUMER_OFFSET_IN_CONSUMER',
    'RESET_CONSUMER_OFFSET_IN_BROKER',
    'ADJUST_CONSUMER_THREAD_POOL',
    'WHO_CONSUME_THE_MESSAGE',
  ],
  'spoke to the filter server, which 4.x removed': [
    'REGISTER_FILTER_SERVER',
    'REGISTER_MESSAGE_FILTER_CLASS',
  ],
  'between a broker and a DLedger controller only': [
    'CONTROLLER_ALTER_SYNC_STATE_SET',
    'CONTROLLER_REGISTER_BROKER',
    'CONTROLLER_GET_REPLICA_INFO',
    'CONTROLLER_GET_NEXT_BROKER_ID',
    'CONTROLLER_APPLY_BROKER_ID',
    'NOTIFY_BROKER_ROLE_CHANGED',
  ],
  'lite topics, new in Apache 5.5, which clients reach through its gRPC proxy': [
    'POP_LITE_MESSAGE',
    'LITE_SUBSCRIPTION_CTL',
    'ACK_LITE_MESSAGE',
    'NOTIFY_UNSUBSCRIBE_LITE',
    'GET_BROKER_LITE_INFO',
    'GET_PARENT_TOPIC_INFO',
    'GET_LITE_TOPIC_INFO',
    'GET_LITE_CLIENT_INFO',
    'GET_LITE_GROUP_INFO',
    'TRIGGER_LITE_DISPATCH',
  ],
}

it('gives every request code a command or a reason to have none', () => {
  const explained = Object.values(UNDEFINED).flat()
  const all = [...commandsByName.keys(), ...explained].sort()
  expect(all).toEqual(Object.keys(RequestCode).sort())
})

it('gives every command the code of its name', () => {
  for (const [name, command] of commandsByName) {
    expect(command.code).toBe(RequestCode[name as keyof typeof RequestCode])
  }
})
