export {
  countDeadLetters,
  deadLetterTopicOf,
  type ReplayOptions,
  type ReplayOutcome,
  replayDeadLetters,
} from './dead-letters/replay-dead-letters.js'
