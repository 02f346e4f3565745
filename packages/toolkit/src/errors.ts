import { defineErrors, errorRow, formatCount } from '@rocketeer/foundation'
import { deadLetterErrors } from './dead-letter-errors.js'
import { dependencyErrors } from './dependency-errors.js'
import { migrationErrors } from './migration-errors.js'
import { relayErrors } from './relay-errors.js'

/** Everything a call of this package can fail with; errors of the client and of databases pass through as they are. */
export const toolkitErrors = defineErrors({
  ...deadLetterErrors,
  ...dependencyErrors,
  ...migrationErrors,
  ...relayErrors,
  BACKLOG_GROUP_RUNNING: errorRow<{ group: string; topic: string; members: string[]; advice: string }>({
    message: ({ group, topic, members, advice }) =>
      `members of "${group}" run and consume "${topic}" (${members.join(', ')}). ${advice}`,
    retryable: true,
  }),
  BACKLOG_NOT_CONSUMED: errorRow<{ group: string; topic: string }>({
    message: ({ group, topic }) =>
      `the group "${group}" has never consumed "${topic}", so it has no backlog there: is it another topic or cluster?`,
  }),
  BACKLOG_LEFT: errorRow<{ group: string; topic: string; messages: number }>({
    message: ({ group, topic, messages }) =>
      `"${group}" has not consumed ${formatCount(messages, 'message')} of "${topic}" yet, retries included; wait until it has`,
    retryable: true,
  }),
  SPREAD_INVALID: errorRow<{ topic: string; problem: string }>({
    message: ({ topic, problem }) => `no spread of "${topic}": ${problem}`,
  }),
  AUDIT_EXISTS: errorRow<{ file: string }>({
    message: ({ file }) =>
      `there is a file "${file}" already, which may be the only record of another discard: name another one. Nothing was discarded`,
  }),
  AUDIT_INVALID: errorRow<{ file: string; problem: string }>({
    message: ({ file, problem }) => `"${file}" is no audit file of a discard: ${problem}`,
  }),
  TABLE_MISSING: errorRow<{ piece: string; problem: string }>({
    message: ({ piece, problem }) =>
      `a table of ${piece} is missing (${problem}): call its createTables() once ` +
      'before it is used, or run its tableDefinitions in a migration of your own. Is it there in another database or schema?',
  }),
  TRANSACTION_NESTED: errorRow({
    message: () =>
      'a transaction was begun inside another one of the same connection, which has one at a time, so it would wait ' +
      'for itself. Use the transaction that is open already: database.execute(transaction, …)',
  }),
  TRANSACTION_ROLLED_BACK: errorRow({
    message: () =>
      'PostgreSQL rolled the transaction back instead of committing it, because a statement in it had failed: ' +
      'let the error of a statement out of the handler, or use a savepoint around a statement that may fail',
    retryable: true,
  }),
  TRANSACTION_MISSING: errorRow<{ wanted: string }>({
    message: ({ wanted }) => `no transaction is open here: give ${wanted}`,
  }),
  TRANSACTION_TOO_OLD: errorRow<{ messageId: string; keepMs: number }>({
    message: ({ messageId, keepMs }) =>
      `what became of the transaction of message ${messageId} is not known any more: its row may have been deleted after ` +
      `${keepMs} ms (keepMs), which should be longer than brokers keep messages`,
  }),
  KEY_MISSING: errorRow<{ messageId: string; topic: string }>({
    message: ({ messageId, topic }) =>
      `message ${messageId} of topic "${topic}" has no key by which a duplicate would be known; it becomes a dead letter ` +
      '(onMissingKey)',
  }),
  KEY_IN_PROGRESS: errorRow<{ key: string }>({
    message: ({ key }) =>
      `another consumer is handling a message with the key "${key}"; this one comes again in a moment`,
    retryable: true,
  }),
  LEASE_LOST: errorRow<{ leaseMs: number }>({
    message: ({ leaseMs }) =>
      `the lease of the message was not renewed within ${leaseMs} ms (leaseMs), so another consumer may handle it, too`,
    retryable: true,
  }),
  CHECK_KEY_INVALID: errorRow<{ problem: string }>({
    message: ({ problem }) => `the check cannot be scheduled: ${problem}`,
  }),
  CHECK_UNREADABLE: errorRow<{ topic: string; messageId: string; problem: string }>({
    message: ({ topic, messageId, problem }) =>
      `message ${messageId} in "${topic}" is no delayed check (${problem}); it becomes a dead letter. ` +
      'Is the topic used for something else, too?',
  }),
  CHECK_UNDECIDED: errorRow<{ key: string; checks: number }>({
    message: ({ key, checks }) =>
      `the check of "${key}" still answered "again" after ${formatCount(checks, 'check')} (checksMax); it becomes a dead letter, ` +
      'so that a person decides',
  }),
  TIMERS_UNKNOWN: errorRow<{ topic: string }>({
    message: ({ topic }) =>
      `the broker delivers messages of "${topic}" without waiting for their delivery time, as Apache's do before 5.0: ` +
      "checks go by delay levels from here on. Give timing: 'levels' to have them do so from the start",
  }),
})

declare module '@rocketeer/foundation' {
  interface ErrorTables {
    toolkit: typeof toolkitErrors
  }
}
