import { SystemTopic } from '@rocketeer/protocol'

export {
  deadLetterTopicOf as dlqTopicOf,
  groupNameProblem,
  isClosedToClients as isNotAllowedSendTopic,
  RETRY_TOPIC_PREFIX,
  retryTopicOf,
  topicNameProblem,
} from '@rocketeer/protocol'

export const SCHEDULE_TOPIC = SystemTopic.SCHEDULE
