import { defineErrors, defineRefusals, errorRow, refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** What can go wrong with a nameserver itself. */
export const nameserverErrors = defineErrors({
  KV_CONFIG_UNREADABLE: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) =>
      `${path} (kvConfigPath) cannot be read: ${reason}; repair it or move it away to start with an empty table`,
  }),
  PORT_IN_USE: errorRow<{ host: string; port: number; option: string }>({
    message: ({ host, port, option }) =>
      `port ${port} on ${host} is taken by another process: stop it, or choose another port with ${option}`,
  }),
})

/** Why the nameserver does not carry out a request. Response codes are Apache's and, where clients read it, the text. */
export const refusals = defineRefusals({
  TOPIC_NOT_EXIST: refusalRow<{ topic: string }>({
    message: ({ topic }) =>
      `No topic route info in name server for the topic: ${topic}\n` +
      'See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.',
    responseCode: ResponseCode.TOPIC_NOT_EXIST,
  }),
  BODY_CRC_MISMATCH: refusalRow<{ brokerAddr: string }>({
    message: () => 'crc32 not match',
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  BROKER_NOT_REGISTERED: refusalRow<{ brokerName: string; brokerAddr: string }>({
    message: ({ brokerName, brokerAddr }) =>
      `register broker failed: ${brokerName} (${brokerAddr}) must register all its topics before a single one`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  KEY_NOT_FOUND: refusalRow<{ namespace: string; key: string | undefined }>({
    message: ({ namespace, key }) =>
      `No config item, Namespace: ${namespace}${key === undefined ? '' : ` Key: ${key}`}`,
    responseCode: ResponseCode.QUERY_NOT_FOUND,
  }),
  LIST_DISABLED: refusalRow<{ option: string }>({
    message: ({ option }) => `disable: this nameserver gives no topic list (${option} is false)`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  OPTIONS_ILLEGAL: refusalRow<{ problems: string[] }>({
    message: ({ problems }) => `nameserver options: ${problems.join('; ')}`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  OPTION_NOT_UPDATABLE: refusalRow<{ option: string }>({
    message: ({ option }) =>
      `Can not update config in black list: "${option}" needs a restart of the nameserver`,
    responseCode: ResponseCode.NO_PERMISSION,
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    nameserver: typeof nameserverErrors
  }
}
