export {
  countDeadLetters,
  deadLetterTopicOf,
  type ReplayOptions,
  type ReplayOutcome,
  replayDeadLetters,
} from '@rocketeer/toolkit'
