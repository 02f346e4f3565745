import { defineErrors, errorRow } from '@rocketeer/foundation'
import { ResponseCode, responseCodeName } from '@rocketeer/protocol'

/** A refusal in RocketMQ's words. */
export interface Refusal {
  readonly code: number
  readonly remark: string
}

/** Everything the broker refuses. Response codes are those Apache's broker answers in the same case. */
export const brokerErrors = defineErrors({
  OPTION_NOT_UPDATABLE: errorRow<{ option: string }>({
    message: ({ option }) =>
      `"${option}" cannot be changed while the broker runs: change it in its options and restart`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  PORT_IN_USE: errorRow<{ host: string; port: number; option: string }>({
    message: ({ host, port, option }) =>
      `port ${port} on ${host} is taken by another process: stop it, or choose another port with ${option}`,
  }),
  REGISTRATION_REFUSED: errorRow<{ nameserver: string; code: number; remark: string }>({
    message: ({ nameserver, code, remark }) =>
      `the nameserver ${nameserver} refused this broker: ${responseCodeName(code)} ${remark}`,
    retryable: true,
  }),
  CONFIG_FILE_BROKEN: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) =>
      `${path} cannot be read (${reason}) and there is no usable ${path}.bak: put a good copy in its place, or remove the file to start with an empty table`,
  }),
  CONFIG_FILE_NOT_SAVED: errorRow<{ path: string; reason: string }>({
    message: ({ path, reason }) => `${path} could not be written: ${reason}`,
    retryable: true,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  TOPIC_NAME_ILLEGAL: errorRow<{ topic: string; reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  TOPIC_RESERVED: errorRow<{ topic: string }>({
    message: ({ topic }) => `The topic[${topic}] is conflict with system topic.`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  TOPIC_CONFIG_ILLEGAL: errorRow<{ topic: string; reason: string }>({
    message: ({ topic, reason }) => `the configuration of topic ${topic} is refused: ${reason}`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  TOPIC_NOT_EXIST: errorRow<{ topic: string }>({
    message: ({ topic }) => `topic[${topic}] not exist`,
    responseCode: ResponseCode.TOPIC_NOT_EXIST,
  }),
  GROUP_NAME_ILLEGAL: errorRow<{ group: string; reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  GROUP_CONFIG_ILLEGAL: errorRow<{ group: string; reason: string }>({
    message: ({ group, reason }) => `the configuration of group ${group} is refused: ${reason}`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  SQL_EXPRESSION_INVALID: errorRow<{ line: number; column: number; problem: string; excerpt: string }>({
    message: ({ line, column, problem, excerpt }) =>
      `the SQL92 expression is wrong at line ${line}, column ${column}: ${problem}\n${excerpt}`,
    responseCode: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  }),
  EXPRESSION_TYPE_UNKNOWN: errorRow<{ expressionType: string }>({
    message: ({ expressionType }) =>
      `messages cannot be filtered by "${expressionType}": the expression types are TAG and SQL92`,
    responseCode: ResponseCode.SUBSCRIPTION_PARSE_FAILED,
  }),
  ATTRIBUTE_ILLEGAL: errorRow<{ attribute: string; reason: string }>({
    message: ({ attribute, reason }) => `attribute "${attribute}": ${reason}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
})
