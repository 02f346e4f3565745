import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Clock } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import type { MessageStore } from '@rocketeer/store'
import type { DelayOffsets } from '../delay/delay-offsets.js'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import { type Counter, MINUTE_MS, SAMPLE_INTERVAL_MS } from '../stats/counter.js'
import type { SetAside } from '../tables/set-aside.js'

export interface RuntimeInfoNeeds {
  readonly clock: Clock
  readonly config: LiveConfig
  readonly files: FileSystem
  readonly delayOffsets: DelayOffsets
  /** Messages that wait for a point in time; undefined when `allowTimers` is off. */
  readonly timers: { readonly size: number; readonly behindMs: number } | undefined
  readonly stats: BrokerStats
  readonly store: MessageStore
  /** Sends handed to the store and not acknowledged. */
  readonly gate: { readonly inFlightRequests: number }
  /** Pulls that wait for a message. */
  readonly waitingPulls: { readonly size: number }
  /** Transactions whose outcome is being stored. */
  readonly setAside: Pick<SetAside, 'count' | 'messages'>
  readonly transactionLedger: { readonly endingCount: number; readonly openCount: number }
}

/** The features a client may expect of us. Apache: MQVersion. */
const VERSION = 'V5_5_0'

/** Apache: StoreStatsService.PUT_MESSAGE_ENTIRE_TIME_MAX_DESC. */
const PUT_TIMES =
  '<=0ms 0~10ms 10~50ms 50~100ms 100~200ms 200~500ms 500ms~1s 1~2s 2~3s 3~4s 4~5s 5~10s 10s~'.split(' ')

/** What Apache measures and this broker does not, or has no such thing for. */
const NOT_MEASURED = {
  EndTransactionThreadPoolQueueCapacity: 0,
  ackThreadPoolQueueCapacity: 0,
  ackThreadPoolQueueHeadWaitTimeMills: 0,
  ackThreadPoolQueueSize: 0,
  dispatchMaxBuffer: 0,
  getMessageEntireTimeMax: 0,
  litePullThreadPoolQueueCapacity: 0,
  litePullThreadPoolQueueHeadWaitTimeMills: 0,
  litePullThreadPoolQueueSize: 0,
  pageCacheLockTimeMills: 0,
  pullThreadPoolQueueHeadWaitTimeMills: 0,
  putLatency99: '0.00',
  putLatency999: '0.00',
  putMessageDistributeTime: PUT_TIMES.map((range) => `[${range}]:0 `).join(''),
  putMessageEntireTimeMax: 0,
  putMessageFailedTimes: 0,
  queryThreadPoolQueueCapacity: 0,
  queryThreadPoolQueueHeadWaitTimeMills: 0,
  queryThreadPoolQueueSize: 0,
  remainTransientStoreBufferNumbs: 0,
  sendThreadPoolQueueHeadWaitTimeMills: 0,
  startAcceptSendRequestTimeStamp: 0,
}

/**
 * The figures mqadmin brokerStatus and clusterList print, under all of Apache's keys, since tools read them without
 * asking whether they are there. Queues of thread pools are requests in progress here.
 * Apache: AdminBrokerProcessor.prepareRuntimeInfo, StoreStatsService.getRuntimeInfo.
 */
export async function runtimeInfo(needs: RuntimeInfoNeeds): Promise<Map<string, string>> {
  const info: Record<string, string | number | boolean> = {
    brokerActive: true,
    brokerVersionDesc: VERSION,
    ...traffic(needs),
    ...totals(needs.stats),
    ...(await files(needs)),
    ...requests(needs),
    ...delays(needs),
    ...timerRates(needs),
    ...NOT_MEASURED,
  }
  return new Map(Object.entries(info).map(([key, value]) => [key, String(value)]))
}

function traffic({ clock, stats }: RuntimeInfoNeeds) {
  const now = clock.now()
  return {
    bootTimestamp: stats.startedAt,
    runtime: durationText(now - stats.startedAt),
    putMessageTimesTotal: stats.put.value,
    putMessageSizeTotal: stats.putBytes.value,
    putMessageAverageSize: stats.putBytes.value / Math.max(1, stats.put.value),
    putTps: ratesText([stats.put], now),
    getFoundTps: ratesText([stats.found], now),
    getMissTps: ratesText([stats.missed], now),
    getTotalTps: ratesText([stats.found, stats.missed], now),
    getTransferredTps: ratesText([stats.transferred], now),
    // The same, as Apache's brokers called it up to 4.9; without it, clusterList of their mqadmin fails.
    getTransferedTps: ratesText([stats.transferred], now),
  }
}

function totals(stats: BrokerStats) {
  const { put, get } = stats.totals()
  return {
    msgPutTotalYesterdayMorning: put.yesterday,
    msgPutTotalTodayMorning: put.today,
    msgPutTotalTodayNow: put.now,
    msgGetTotalYesterdayMorning: get.yesterday,
    msgGetTotalTodayMorning: get.today,
    msgGetTotalTodayNow: get.now,
  }
}

async function files({ config, store, files: disk }: RuntimeInfoNeeds) {
  const { directory, commitLogDirectory = join(directory, 'commitlog') } = config.current
  const { totalBytes, freeBytes, usedPercent } = await disk.space(directory)
  const logRatio = (await disk.space(commitLogDirectory)).usedPercent / 100
  const { minPhysicalOffset, maxPhysicalOffset, writtenPhysicalOffset, flushedPhysicalOffset } = store.stats
  return {
    commitLogDirCapacity: `Total : ${readableBytes(totalBytes)}, Free : ${readableBytes(freeBytes)}.`,
    commitLogDiskRatio: logRatio,
    [`commitLogDiskRatio_${commitLogDirectory}`]: logRatio,
    consumeQueueDiskRatio: usedPercent / 100,
    commitLogMinOffset: minPhysicalOffset,
    commitLogMaxOffset: maxPhysicalOffset,
    remainHowManyDataToFlush: readableBytes(writtenPhysicalOffset - flushedPhysicalOffset),
    // Consume queues are written in the same step as the log.
    dispatchBehindBytes: 0,
    earliestMessageTimeStamp: await store.earliestStoreTimestamp(),
  }
}

function requests(needs: RuntimeInfoNeeds) {
  const { config, gate, waitingPulls, transactionLedger } = needs
  const { sendsInProgressMax, waitingPullsMax } = config.current
  return {
    sendThreadPoolQueueSize: gate.inFlightRequests,
    sendThreadPoolQueueCapacity: sendsInProgressMax,
    pullThreadPoolQueueSize: waitingPulls.size,
    pullThreadPoolQueueCapacity: waitingPullsMax,
    EndTransactionQueueSize: transactionLedger.endingCount,
    // Not in Apache: half messages of open transactions, for `rocketeer cluster pending`.
    halfMessagesPending: transactionLedger.openCount,
    ...messagesSetAside(needs),
  }
}

/** Not in Apache: how many messages could not go on, and as `messageSetAside_<n>`, the newest first, those still stored. */
function messagesSetAside({ setAside, store }: RuntimeInfoNeeds) {
  const { minPhysicalOffset } = store.stats
  const stored = setAside.messages.filter(
    ({ physicalOffset }) => physicalOffset < 0 || physicalOffset >= minPhysicalOffset,
  )
  const rows = stored
    .reverse()
    .map((message, index) => [`messageSetAside_${index + 1}`, JSON.stringify(message)])
  return { messagesSetAside: setAside.count, ...Object.fromEntries(rows) }
}

/** `scheduleMessageOffset_3` = `delivered,stored` for each level in use. */
function delays({ delayOffsets, store, timers }: RuntimeInfoNeeds) {
  const levels: Record<string, string | number> = {
    timerCongestNum: timers?.size ?? 0,
    timerReadBehind: Math.floor((timers?.behindMs ?? 0) / 1000),
    // Timer messages are known as soon as they are stored.
    timerOffsetBehind: 0,
  }
  for (const [level, delivered] of delayOffsets.all()) {
    levels[`scheduleMessageOffset_${level}`] =
      `${delivered},${store.maxOffset(SystemTopic.SCHEDULE, level - 1)}`
  }
  return levels
}

/** Per second over the last 10 s, as Apache's timers measure. */
function timerRates({ clock, stats }: RuntimeInfoNeeds) {
  const now = clock.now()
  const rate = (counter: Counter) => rateText(counter.last(SAMPLE_INTERVAL_MS, now).tps)
  return { timerEnqueueTps: rate(stats.timerEnqueued), timerDequeueTps: rate(stats.timerDequeued) }
}

/** Per second over the last 10 s, minute and 10 minutes. */
function ratesText(counters: readonly Counter[], now: number): string {
  return [MINUTE_MS / 6, MINUTE_MS, 10 * MINUTE_MS]
    .map((windowMs) => counters.reduce((sum, counter) => sum + counter.last(windowMs, now).tps, 0))
    .map(rateText)
    .join(' ')
}

/** As Java prints a float. */
function rateText(rate: number): string {
  return Number.isInteger(rate) ? rate.toFixed(1) : String(rate)
}

function durationText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const [days, hours, minutes] = [
    Math.floor(seconds / 86_400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ]
  return `[ ${days} days, ${hours} hours, ${minutes} minutes, ${seconds % 60} seconds ]`
}

/** `1.5 GiB`. Apache: MixAll.humanReadableByteCount. */
export function readableBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const exponent = Math.floor(Math.log(bytes) / Math.log(1024))
  return `${(bytes / 1024 ** exponent).toFixed(1)} ${'KMGTPE'[exponent - 1]}iB`
}
