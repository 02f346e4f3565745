import { DEAD_LETTER_TOPIC_PREFIX, RETRY_TOPIC_PREFIX } from './names.js'

/** The longest name of an ordinary topic. Apache: TopicValidator.TOPIC_MAX_LENGTH. */
export const TOPIC_CHARACTERS_MAX = 127
/** Below a topic's limit, because retry and dead-letter topics contain the group. Apache: TopicValidator.GROUP_MAX_LENGTH. */
const GROUP_CHARACTERS_MAX = 120
/** Apache: TopicValidator.RETRY_OR_DLQ_TOPIC_MAX_LENGTH. */
const DERIVED_TOPIC_CHARACTERS_MAX = 255

const VALID = /^[%|a-zA-Z0-9_-]+$/

/** Why a topic name is refused, in Apache's words, or undefined when it is fine. Apache: TopicValidator.validateTopic. */
export function topicNameProblem(topic: string): string | undefined {
  const derived = topic.startsWith(RETRY_TOPIC_PREFIX) || topic.startsWith(DEAD_LETTER_TOPIC_PREFIX)
  return nameProblem('topic', topic, derived ? DERIVED_TOPIC_CHARACTERS_MAX : TOPIC_CHARACTERS_MAX)
}

/** Why a group name is refused, or undefined when it is fine. Apache: TopicValidator.validateGroup. */
export function groupNameProblem(group: string): string | undefined {
  return nameProblem('group', group, GROUP_CHARACTERS_MAX)
}

function nameProblem(what: string, name: string, charactersMax: number): string | undefined {
  if (name.trim() === '') return `The specified ${what} is blank.`
  if (name.length > charactersMax) {
    return `The specified ${what}: ${name.slice(0, charactersMax)}…, is longer than ${what} max length: ${charactersMax}`
  }
  if (VALID.test(name)) return undefined
  return `The specified ${what}: ${name}, contains illegal characters, allowing only ^[%|a-zA-Z0-9_-]+$`
}
