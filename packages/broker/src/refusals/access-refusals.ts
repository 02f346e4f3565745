import { refusalRow } from '@rocketeer/foundation'
import { ResponseCode } from '@rocketeer/protocol'

/** Tells a pulling consumer whether asking again makes sense. Apache: ForbiddenType. */
const ForbiddenType = { BROKER: 1, GROUP: 2, TOPIC: 3, BROADCASTING_DISABLED: 4, SUBSCRIPTION: 5 } as const

/** Clients read the whole header of a refused pull. Apache: PullMessageResponseHeader. */
function forbidden(forbiddenType: number) {
  return { suggestWhichBrokerId: 0, nextBeginOffset: 0, minOffset: 0, maxOffset: 0, forbiddenType }
}

type Reading = 'pulling message' | 'pop message'

/** Apache's words depend on what the topic is wanted for; so do those about groups. */
const topicNotExist = {
  administer: (topic: string) => `topic[${topic}] not exist`,
  consume: (topic: string) => `topic[${topic}] not exist, apply first please!`,
  send: (topic: string) =>
    `topic[${topic}] not exist, apply first please! Create it (updateTopic), or allow it to be created by sending (autoCreateTopics, in a broker.conf autoCreateTopicEnable)`,
  commitOffset: (topic: string) => `Topic ${topic} not exist!`,
  commitTransaction: (topic: string) => `topic[${topic}] of the half message does not exist any more`,
  recall: (topic: string) => `recall failed, the topic[${topic}] not exist`,
}

const groupNotExist = {
  administer: () => 'No group in this broker',
  consume: (group: string) =>
    `subscription group [${group}] does not exist: create it (updateSubGroup), or allow it to be created by consuming (autoCreateGroups, in a broker.conf autoCreateSubscriptionGroup)`,
  retry: (group: string) => `subscription group not exist, ${group}`,
  commitOffset: (group: string) =>
    `Group ${group} not exist! Its first consumer makes it, or create it (updateSubGroup)`,
  resetOffset: (group: string) => `Group ${group} does not exist`,
  setRequestMode: (group: string) => `subscription group ${group} does not exist`,
}

/** Who may do what with which topic, queue and group. */
export const accessRefusals = {
  TOPIC_NOT_EXIST: refusalRow<{ topic: string; to: keyof typeof topicNotExist }>({
    message: ({ topic, to }) => topicNotExist[to](topic),
    responseCode: ResponseCode.TOPIC_NOT_EXIST,
  }),
  SUBSCRIPTION_GROUP_NOT_EXIST: refusalRow<{ group: string; to: keyof typeof groupNotExist }>({
    message: ({ group, to }) => groupNotExist[to](group),
    responseCode: ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
  }),
  BROKER_NOT_READABLE: refusalRow<{ brokerName: string; reading: Reading }>({
    message: ({ brokerName, reading }) =>
      `the broker[${brokerName}] ${reading} is forbidden: its brokerPermission has no 4 (read)`,
    responseCode: ResponseCode.NO_PERMISSION,
    fields: forbidden(ForbiddenType.BROKER),
  }),
  BROKER_NOT_WRITABLE: refusalRow<{ brokerName: string }>({
    message: ({ brokerName }) =>
      `the broker[${brokerName}] sending message is forbidden: its brokerPermission has no 2 (write)`,
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  TOPIC_NOT_READABLE: refusalRow<{ topic: string; reading: Reading }>({
    message: ({ topic, reading }) =>
      `the topic[${topic}] ${reading} is forbidden: its permission has no 4 (read)`,
    responseCode: ResponseCode.NO_PERMISSION,
    fields: forbidden(ForbiddenType.TOPIC),
  }),
  TOPIC_NOT_WRITABLE: refusalRow<{ topic: string }>({
    message: ({ topic }) =>
      `the topic[${topic}] sending message is forbidden: its permission has no 2 (write)`,
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  TOPIC_CLOSED_TO_CLIENTS: refusalRow<{ topic: string }>({
    message: ({ topic }) => `Sending message to topic[${topic}] is forbidden.`,
    responseCode: ResponseCode.NO_PERMISSION,
  }),
  QUEUE_NOT_READABLE: refusalRow<{ topic: string; queueId: number; readQueueNums: number }>({
    message: ({ topic, queueId, readQueueNums }) =>
      `queueId[${queueId}] is illegal, topic:[${topic}] topicConfig.readQueueNums:[${readQueueNums}]`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  QUEUE_NOT_WRITABLE: refusalRow<{
    topic: string
    queueId: number
    writeQueueNums: number
    readQueueNums: number
  }>({
    message: ({ topic, queueId, writeQueueNums, readQueueNums }) =>
      `request queueId[${queueId}] is illegal, topic ${topic} has ${writeQueueNums} queues to write and ${readQueueNums} to read`,
    responseCode: ResponseCode.INVALID_PARAMETER,
  }),
  GROUP_CONSUMING_DISABLED: refusalRow<{ group: string }>({
    message: ({ group }) =>
      `subscription group no permission, ${group}: its consumeEnable is false (allowConsuming in admin.groups.update)`,
    responseCode: ResponseCode.NO_PERMISSION,
    fields: forbidden(ForbiddenType.GROUP),
  }),
  GROUP_BROADCASTING_DISABLED: refusalRow<{ group: string }>({
    message: ({ group }) =>
      `the consumer group[${group}] can not consume by broadcast way: its consumeBroadcastEnable is false`,
    responseCode: ResponseCode.NO_PERMISSION,
    fields: forbidden(ForbiddenType.BROADCASTING_DISABLED),
  }),
  SUBSCRIPTION_FORBIDDEN: refusalRow<{ group: string; topic: string }>({
    message: ({ group, topic }) => `the consumer group[${group}] is forbidden for topic[${topic}]`,
    responseCode: ResponseCode.NO_PERMISSION,
    fields: forbidden(ForbiddenType.SUBSCRIPTION),
  }),
}
