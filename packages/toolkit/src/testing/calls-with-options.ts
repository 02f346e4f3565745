import * as backlog from '../backlog/index.js'
import * as changeRelay from '../change-relay/index.js'
import * as circuitBreaker from '../circuit-breaker/index.js'
import * as deadLetters from '../dead-letters/index.js'
import * as delayedCheck from '../delayed-check/index.js'
import * as health from '../health/index.js'
import * as idempotency from '../idempotency/index.js'
import * as migration from '../migration/index.js'
import * as outbox from '../outbox/index.js'
import * as sql from '../sql/index.js'
import * as transactions from '../transactions/index.js'
import {
  client,
  clusters,
  common,
  database,
  type Entry,
  nothing,
  probed,
  producer,
  unreachable,
} from './stand-ins.js'

export const doors = {
  ...{
    backlog,
    changeRelay,
    circuitBreaker,
    deadLetters,
    delayedCheck,
    health,
    idempotency,
    migration,
    outbox,
  },
  ...{ sql, transactions },
}

const store = idempotency.sqlInbox(database)

const spread = { ...common, group: 'g', topic: 't', to: 'w', queues: 1, keepOrder: true, follow: true }
const idempotent = {
  valid: { store, key: nothing, scope: 's', onMissingKey: 'handle', postponeMs: 1 },
  zero: ['postponeMs'],
}
const comparison = {
  valid: {
    ...{ topic: 't', since: 1, until: 2, graceMs: 1, matchBy: 'content', examplesMax: 1, entriesMax: 1 },
    ...{ ...common, onProgress: nothing },
  },
  zero: ['since', 'until', 'graceMs', 'examplesMax'],
}

export const entries: Readonly<Record<string, Entry>> = {
  'backlog.BacklogMeter': {
    call: (options) => new backlog.BacklogMeter(client, options),
    valid: { group: 'g', topic: 't', windowMs: 1, clock: common.clock },
  },
  'backlog.discardBacklog': {
    call: (options) => backlog.discardBacklog(client, options),
    valid: {
      ...{
        group: 'g',
        topic: 't',
        olderThan: 1,
        audit: 'a',
        withBody: true,
        whileRunning: true,
        dryRun: false,
      },
      ...{ onProgress: nothing, signal: common.signal },
    },
    zero: ['olderThan'],
  },
  'backlog.gatherSpread': {
    call: (options) => backlog.gatherSpread(client, options),
    valid: { group: 'g', topic: 't', to: 'w', dryRun: true },
  },
  'backlog.planSpread': {
    call: (options) => backlog.planSpread(client, options),
    valid: spread,
  },
  'backlog.spreadBacklog': {
    call: (options) => backlog.spreadBacklog(client, options),
    valid: spread,
  },
  'changeRelay.applyChanges': {
    call: (options: object) => changeRelay.applyChanges({ database, ...options } as never),
    valid: { tables: { 'a.b': 'c' }, versionsTable: 'v', createTable: true, onApplied: nothing },
  },
  'changeRelay.relayChanges': {
    call: changeRelay.relayChanges,
    valid: {
      ...{ name: 'n', source: { ZongJi: nothing, createConnection: nothing }, tables: ['a.b'], producer },
      ...{ route: nothing, positions: { claim: nothing }, startWith: 'now', format: 'canal', before: true },
      ...{ keys: { 'a.b': ['c'] }, onTableChange: nothing, onTooLarge: nothing, changesUnderwayMax: 1 },
      ...{
        transactionRowsMax: 1,
        transactionBytesMax: 1,
        snapshotRows: 1,
        saveIntervalMs: 1,
        retryAfterMs: 1,
      },
      ...{ silenceMsMax: 1, closeTimeoutMs: 1, serverId: 1 },
      ...common,
    },
    zero: ['saveIntervalMs', 'closeTimeoutMs'],
  },
  'changeRelay.sqlPositions': {
    call: (options) => changeRelay.sqlPositions(database, options),
    valid: { table: 't', createTable: true },
  },
  'circuitBreaker.CircuitBreaker': {
    call: (options) => new circuitBreaker.CircuitBreaker(options),
    valid: {
      ...{ ...common, ...probed, name: 'n', isOutage: nothing, failuresToOpen: 1, openMs: 1, openMsMax: 1 },
      ...{ halfOpenConcurrency: 1, successesToClose: 1, retryAfterMs: 1, outagesMax: 1, onChange: nothing },
    },
  },
  'deadLetters.DeadLetterWorker': {
    call: (options) => new deadLetters.DeadLetterWorker(client, options),
    valid: {
      ...{
        ...common,
        ...probed,
        groups: ['g'],
        outcomes: deadLetters.memoryOutcomes(),
        firstRatePerSecond: 1,
      },
      ...{ ratePerSecond: 1, growAfterMs: 1, failuresToHold: 1, holdMs: 1, holdMsMax: 1, replaysMax: 1 },
      ...{ undecidedMax: 1, outcomeAfterMs: 1, keepMs: 86_400_000 },
    },
    text: 'groups',
  },
  'deadLetters.decideDeadLetters': {
    call: (options) => deadLetters.decideDeadLetters(client, options),
    valid: {
      ...{ group: 'g', state: 'parked', reason: 'r', accept: nothing, dryRun: true, onDecided: nothing },
      signal: common.signal,
    },
  },
  'deadLetters.replayDeadLetters': {
    call: (options) => deadLetters.replayDeadLetters(client, options),
    valid: {
      ...{ group: 'g', ratePerSecond: 1, accept: nothing, keepRest: true, parked: true, dryRun: true },
      ...{ onReplayed: nothing, signal: common.signal },
    },
  },
  'deadLetters.sqlOutcomes': {
    call: (options) => deadLetters.sqlOutcomes(database, options),
    valid: { table: 't' },
  },
  'delayedCheck.delayedCheck': {
    call: (options) => delayedCheck.delayedCheck(client, options),
    valid: {
      ...{ ...common, topic: 't', group: 'g', check: nothing, afterMs: 1, checksMax: 1, concurrency: 1 },
      ...{ retriesMax: 1, timing: 'levels', stageMsMax: 1_000, delayLevelsMs: [1] },
    },
    zero: ['afterMs', 'retriesMax'],
  },
  'health.httpProbe': {
    call: (options) => health.httpProbe('http://localhost', options),
    valid: { method: 'GET', headers: {}, expect: 200 },
  },
  'health.tcpProbe': { call: health.tcpProbe, valid: { host: 'h', port: 1 } },
  'idempotency.alreadySent': {
    call: (options) => idempotency.alreadySent(client, options),
    valid: { topic: 't', key: 'k', since: 1, accept: nothing },
    zero: ['since'],
  },
  'idempotency.idempotent': {
    call: (options) => idempotency.idempotent(options, nothing),
    ...idempotent,
  },
  'idempotency.idempotentBatch': {
    call: (options) => idempotency.idempotentBatch(options, nothing),
    ...idempotent,
  },
  'idempotency.sqlInbox': {
    call: (options) => idempotency.sqlInbox(database, options),
    valid: { table: 't' },
  },
  'idempotency.sqlInbox.cleaner': {
    call: (options) => store.cleaner(options),
    valid: { ...common, keepMs: 1, intervalMs: 1 },
  },
  'idempotency.redisStore': {
    call: (options) => idempotency.redisStore({ sendCommand: unreachable }, options),
    valid: { prefix: 'p', leaseMs: 100, keepMs: 1, clock: common.clock },
  },
  'migration.compareTopics': {
    call: (options) => migration.compareTopics(clusters, options),
    ...comparison,
  },
  'migration.copyMissing': {
    call: (options) => migration.copyMissing(clusters, options),
    ...comparison,
    valid: { ...comparison.valid, dryRun: true },
  },
  'migration.doubleRead': {
    call: migration.doubleRead,
    valid: {
      ...{ ...common, ...clusters, consumer: { group: 'g' }, shadow: nothing, makeConsumer: nothing },
      ...{ shadowGroup: 's', inCharge: 'to', lookIntervalMs: 1 },
    },
  },
  'migration.doubleWrite': {
    call: migration.doubleWrite,
    valid: {
      ...{ ...common, from: producer, to: { ...(producer as object) }, inCharge: 'to', strict: true },
      ...{ waitingMax: 1, waitingBytesMax: 1, closeTimeoutMs: 1 },
      transactions: { from: producer, to: { ...(producer as object) } },
    },
    zero: ['closeTimeoutMs'],
  },
  'migration.migrateTopics': {
    call: (options) => migration.migrateTopics(clusters, options),
    valid: { topics: ['t'], shadowGroups: true, dryRun: true },
  },
  'migration.migrationStatus': {
    call: (options) => migration.migrationStatus(clusters, options),
    valid: {
      topics: ['t'],
      groups: ['g'],
      since: 1,
      graceMs: 1,
      sampleMs: 1,
      onProgress: nothing,
      ...common,
    },
    zero: ['since', 'graceMs'],
  },
  'migration.planMigration': {
    call: (options) => migration.planMigration(clusters, options),
    valid: { topics: ['t'] },
  },
  'migration.translateOffsets': {
    call: (options) => migration.translateOffsets(clusters, options),
    valid: {
      ...{ group: 'g', topics: ['t'], graceMs: 1, matchBy: 'content', entriesMax: 1, dryRun: true },
      signal: common.signal,
    },
    zero: ['graceMs'],
  },
  'outbox.Outbox': {
    call: (options) => new outbox.Outbox(database, options),
    valid: { table: 't', clock: common.clock },
  },
  'outbox.Outbox.relay': {
    call: (options) => new outbox.Outbox(database).relay(producer, options),
    valid: {
      ...{
        ...common,
        pollIntervalMs: 1,
        batchMax: 1,
        concurrency: 1,
        messagesPerSendMax: 1,
        sendTimeoutMs: 1,
      },
      ...{ leaseMs: 5, setAsideAfterMs: 1 },
    },
  },
  'sql.drizzleDatabase': {
    call: (options) => sql.drizzleDatabase({ transaction: nothing } as never, options),
    valid: { dialect: 'mysql', sql: { raw: nothing, param: nothing, join: nothing } },
  },
  'sql.knexDatabase': {
    call: (options) => sql.knexDatabase({ transaction: nothing } as never, options),
    valid: { dialect: 'mysql' },
  },
  'sql.kyselyDatabase': {
    call: (options) => sql.kyselyDatabase({ transaction: nothing } as never, options),
    valid: { dialect: 'mysql' },
  },
  'sql.prismaDatabase': {
    call: (options) => sql.prismaDatabase({ $transaction: nothing } as never, options),
    valid: { dialect: 'mysql', timeoutMs: 1, connectTimeoutMs: 1 },
  },
  'sql.sqliteDatabase': {
    call: (options) => sql.sqliteDatabase({ exec: nothing, prepare: nothing } as never, options),
    valid: { busyTimeoutMs: 1 },
    zero: ['busyTimeoutMs'],
  },
  'transactions.TransactionTable': {
    call: (options) => new transactions.TransactionTable(database, options),
    valid: { table: 't' },
  },
  'transactions.TransactionTable.producer': {
    call: (options) => new transactions.TransactionTable(database).producer(client, options),
    // Its others are the client's, which refuses them.
    valid: { ...common, keepMs: 3_600_000 },
    passesOn: true,
  },
}
