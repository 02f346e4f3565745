import { parseOptions } from '@rocketeer/foundation'
import { refusals } from '../errors.js'
import { type BrokerConfig, brokerOptionsSchema } from './options.js'

/** Options that may change while the broker runs: their users ask for the current value each time. */
const updatableOptions = [
  'autoCreateTopics',
  'autoCreateGroups',
  'fileReservedHours',
  'deleteWhen',
  'diskUsedPercentClean',
  'diskUsedPercentForce',
  'diskUsedPercentMax',
  'persistOffsetIntervalMs',
  'allowMixedTopics',
  'checkMessageTypes',
  'brokerPermission',
  'splitRegistration',
  'defaultTopicQueues',
  'defaultQueryMessagesMax',
  'queryMessagesMax',
  'allowSqlFilters',
  'filterRetries',
  'waitingPopsPerQueueMax',
  'waitingPopsMax',
  'popCheckPointsMax',
  'popRetryPercent',
  'popRetryPercentForPriority',
  'separateRetryQueues',
  'ascendingPriorities',
  'useRetryTopicV2',
  'showRetryTopic',
  'defaultRequestMode',
  'defaultPopShareQueues',
  'assignQueues',
  'longPolling',
  'shortPollingMs',
  'notifyGroupChanges',
  'memoryReadBytesMax',
  'memoryReadMessagesMax',
  'diskReadBytesMax',
  'diskReadMessagesMax',
  'sendsInProgressMax',
  'waitingPullsMax',
  'timerDelayMsMax',
  'cancelWithTopic',
  'allowRecall',
  'allowRecallWhenNotWritable',
  'traceMessages',
  'rejectTransactions',
  'transactionTimeoutMs',
  'transactionChecksMax',
  'transactionCheckIntervalMs',
  'operationMessageBytesMax',
  'operationMessageIntervalMs',
] as const satisfies readonly (keyof BrokerConfig)[]

export type UpdatableOption = (typeof updatableOptions)[number]

export function isUpdatable(option: string): option is UpdatableOption {
  return updatableOptions.some((updatable) => updatable === option)
}

/** The broker's configuration: frozen at every moment, replaced as a whole by UPDATE_BROKER_CONFIG. */
export class LiveConfig {
  #current: BrokerConfig
  readonly #listeners: ((config: BrokerConfig) => void)[] = []

  constructor(config: BrokerConfig) {
    this.#current = config
  }

  /** Read it where it is used, not once at the start, so that an update takes effect. */
  get current(): BrokerConfig {
    return this.#current
  }

  /** Throws `OPTION_NOT_UPDATABLE` or `OPTION_INVALID`, and then nothing has changed. */
  update(changes: Readonly<Record<string, unknown>>): void {
    for (const option of Object.keys(changes)) {
      if (!isUpdatable(option)) throw refusals.OPTION_NOT_UPDATABLE({ option })
    }
    this.#current = parseOptions(brokerOptionsSchema, { ...this.#current, ...changes }, 'broker options')
    for (const listener of this.#listeners) listener(this.#current)
  }

  /** Takes over what is known only when the broker listens: a port that was 0, an address that was left out. */
  listensOn(facts: Pick<BrokerConfig, 'port' | 'advertisedHost'>): void {
    this.#current = Object.freeze({ ...this.#current, ...facts })
  }

  onUpdate(listener: (config: BrokerConfig) => void): void {
    this.#listeners.push(listener)
  }
}
