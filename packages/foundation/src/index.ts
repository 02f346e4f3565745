export { AssertionFailed, assert } from './assert.js'
export { firstWhere } from './binary-search.js'
export { type Clock, elapsedTimeOf, monotonicClock, sleep, systemClock, type Timer } from './clock.js'
export { DeadlineTimer } from './deadline-timer.js'
export {
  atCaller,
  defineErrors,
  type ErrorCode,
  type ErrorDetails,
  type ErrorRow,
  type ErrorTables,
  errorRow,
  isRocketeerError,
  messageOf,
  optionErrors,
  RocketeerError,
} from './errors.js'
export { formatCount } from './format-count.js'
export { type Logger, silentLogger } from './logger.js'
export { clockErrors, ManualClock, type ManualClockOptions } from './manual-clock.js'
export { nearestName } from './nearest-name.js'
export { option } from './option.js'
export { type ConfigOf, type OptionsSubject, parseOptions, z } from './options.js'
export { defineRefusals, Refusal, type RefusalFactories, type RefusalRow, refusalRow } from './refusals.js'
export { type Closeable, Resources } from './resources.js'
export { Rounds, type RoundsOptions } from './rounds.js'
export { type UnheardProblem, warnOfUnheard } from './unheard-problems.js'
export { checked, checkValue } from './value-check.js'
export { type DescribeWork, type Hold, WorkInFlight } from './work-in-flight.js'
