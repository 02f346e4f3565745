import { refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** Why a request of an administrator is not carried out. */
export const administrationRefusals = {
  TOPIC_NAME_ILLEGAL: refusalRow<{ topic: string; reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  TOPIC_RESERVED: refusalRow<{ topic: string }>({
    message: ({ topic }) => `The topic[${topic}] is conflict with system topic.`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  TOPIC_CONFIG_ILLEGAL: refusalRow<{ topic: string; reason: string }>({
    message: ({ topic, reason }) => `the configuration of topic ${topic} is refused: ${reason}`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  GROUP_NAME_ILLEGAL: refusalRow<{ group: string; reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  GROUP_CONFIG_ILLEGAL: refusalRow<{ group: string; reason: string }>({
    message: ({ group, reason }) => `the configuration of group ${group} is refused: ${reason}`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  ATTRIBUTE_ILLEGAL: refusalRow<{ attribute: string; reason: string }>({
    message: ({ attribute, reason }) => `attribute "${attribute}": ${reason}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  OPTION_NOT_UPDATABLE: refusalRow<{ option: string }>({
    message: ({ option }) =>
      `"${option}" cannot be changed while the broker runs: change it in its options and restart`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  OPTIONS_ILLEGAL: refusalRow<{ reason: string }>({
    message: ({ reason }) => reason,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  REQUEST_MODE_UNKNOWN: refusalRow<{ mode: string }>({
    message: ({ mode }) => `"${mode}" is no message request mode: PULL or POP is needed`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  REQUEST_MODE_OF_RETRY_TOPIC: refusalRow<{ topic: string }>({
    message: () => 'retry topic is not allowed to set mode',
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  STATS_NOT_EXIST: refusalRow<{ name: string; key: string }>({
    message: ({ name, key }) => `The stats <${name}> <${key}> not exist`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  GROUP_NOT_ONLINE: refusalRow<{ group: string }>({
    message: ({ group }) => `the consumer group[${group}] not online`,
    responseCode: ResponseCode.CONSUMER_NOT_ONLINE,
  }),
  GROUP_WITHOUT_MEMBERS: refusalRow<{ group: string; to: 'list' | 'ask' }>({
    message: ({ group, to }) =>
      to === 'list'
        ? `no consumer for this group, ${group}`
        : `No Any Consumer online in the consumer group: [${group}]`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  PRODUCER_GROUP_NOT_EXIST: refusalRow<{ group: string }>({
    message: ({ group }) => `the producer group[${group}] not exist`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  CONSUMER_NOT_ONLINE: refusalRow<{ group: string; clientId: string }>({
    message: ({ group, clientId }) => `The Consumer <${group}> <${clientId}> not online`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  CONSUMER_FAILED: refusalRow<{ group: string; clientId: string; reason: string }>({
    message: ({ group, clientId, reason }) => `invoke consumer <${group}> <${clientId}> failed: ${reason}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  CONSUMER_TIMED_OUT: refusalRow<{ group: string; clientId: string; reason: string }>({
    message: ({ group, clientId, reason }) => `invoke consumer <${group}> <${clientId}> failed: ${reason}`,
    responseCode: ResponseCode.CONSUME_MSG_TIMEOUT,
    retryable: true,
  }),
  MESSAGE_NOT_EXIST: refusalRow<{ messageId: string }>({
    message: ({ messageId }) => `there is no message ${messageId}`,
    responseCode: ResponseCode.QUERY_NOT_FOUND,
  }),
  NO_MESSAGE_AT_OFFSET: refusalRow<{ physicalOffset: number }>({
    message: ({ physicalOffset }) => `can not find message by the offset, ${physicalOffset}`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
  NO_MESSAGE_WITH_KEY: refusalRow<{ topic: string; key: string }>({
    message: () => 'can not find message, maybe time range not correct',
    responseCode: ResponseCode.QUERY_NOT_FOUND,
  }),
  QUEUE_NOT_EXIST: refusalRow<{ topic: string; queueId: number }>({
    message: ({ topic, queueId }) => `${queueId}@${topic} is not exist!`,
    responseCode: ResponseCode.SYSTEM_ERROR,
  }),
}
