export {
  countDeadLetters,
  deadLetterTopicOf,
  type ReplayOptions,
  type ReplayOutcome,
  replayDeadLetters,
} from './replay-dead-letters.js'
