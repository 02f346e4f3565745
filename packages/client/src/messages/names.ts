import { groupNameProblem, isClosedToClients, topicNameProblem } from '@rocketeer/protocol'
import { clientErrors } from '../errors.js'

/** Throws `TOPIC_INVALID`. Apache: Validators.checkTopic. */
export function checkTopic(topic: unknown): asserts topic is string {
  const problem = typeof topic === 'string' ? topicNameProblem(topic) : 'a topic is a string'
  if (problem !== undefined) throw clientErrors.TOPIC_INVALID({ topic: String(topic).slice(0, 127), problem })
}

/** Also refuses topics that only brokers write to. Apache: Validators.isNotAllowedSendTopic. */
export function checkTopicToSend(topic: unknown): asserts topic is string {
  checkTopic(topic)
  if (isClosedToClients(topic))
    throw clientErrors.TOPIC_INVALID({ topic, problem: 'only brokers write to it' })
}

/** Throws `GROUP_INVALID`. Apache: Validators.checkGroup. */
export function checkGroup(group: unknown): asserts group is string {
  const problem = typeof group === 'string' ? groupNameProblem(group) : 'a group is a string'
  if (problem !== undefined) throw clientErrors.GROUP_INVALID({ group: String(group).slice(0, 120), problem })
}
