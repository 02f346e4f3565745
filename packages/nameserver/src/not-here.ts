import { RequestCode } from '@rocketeer/protocol'

const controller = 'this nameserver is no controller: brokers are masters for good, nobody elects them'

/** Why the nameserver has no handler for what mqadmin asks a controller, in the answer for people. */
export const notHere: ReadonlyMap<number, string> = new Map<RequestCode, string>([
  [RequestCode.CONTROLLER_ELECT_MASTER, controller],
  [RequestCode.CONTROLLER_GET_METADATA_INFO, controller],
  [RequestCode.CONTROLLER_GET_SYNC_STATE_DATA, controller],
  [RequestCode.CLEAN_BROKER_DATA, controller],
  [RequestCode.GET_CONTROLLER_CONFIG, controller],
  [RequestCode.UPDATE_CONTROLLER_CONFIG, controller],
])
