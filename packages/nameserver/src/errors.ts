import { defineErrors, errorRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** Errors of a nameserver. Those with a response code are answers to requests; where clients read it, the text is Apache's. */
export const nameserverErrors = defineErrors({
  TOPIC_NOT_EXIST: errorRow<{ topic: string }>({
    message: ({ topic }) =>
      `No topic route info in name server for the topic: ${topic}\n` +
      'See https://rocketmq.apache.org/docs/bestPractice/06FAQ for further details.',
    responseCode: ResponseCode.TOPIC_NOT_EXIST,
  }),
  BODY_CRC_MISMATCH: errorRow<{ brokerAddr: string }>({
    message: () => 'crc32 not match',
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  BROKER_NOT_REGISTERED: errorRow<{ brokerName: string; brokerAddr: string }>({
    message: ({ brokerName, brokerAddr }) =>
      `register broker failed: ${brokerName} (${brokerAddr}) must register all its topics before a single one`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  KEY_NOT_FOUND: errorRow<{ namespace: string; key: string | undefined }>({
    message: ({ namespace, key }) =>
      `No config item, Namespace: ${namespace}${key === undefined ? '' : ` Key: ${key}`}`,
    responseCode: ResponseCode.QUERY_NOT_FOUND,
  }),
  LIST_DISABLED: errorRow<{ option: string }>({
    message: ({ option }) => `disable: this nameserver gives no topic list (${option} is false)`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  OPTION_NOT_UPDATABLE: errorRow<{ option: string }>({
    message: ({ option }) =>
      `Can not update config in black list: "${option}" needs a restart of the nameserver`,
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  KV_CONFIG_UNREADABLE: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) =>
      `${path} (kvConfigPath) cannot be read: ${reason}; repair it or move it away to start with an empty table`,
  }),
  PORT_IN_USE: errorRow<{ host: string; port: number; option: string }>({
    message: ({ host, port, option }) =>
      `port ${port} on ${host} is taken by another process: stop it, or choose another port with ${option}`,
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    nameserver: typeof nameserverErrors
  }
}
