import { join } from 'node:path'
import type { Clock } from '@rocketeer/foundation'
import { SystemTopic } from '@rocketeer/protocol'
import type { DelayOffsets } from '../delay/delay-offsets.js'
import type { LiveConfig } from '../live-config.js'
import type { BrokerStats } from '../stats/broker-stats.js'
import { type Counter, MINUTE_MS } from '../stats/counter.js'
import type { AdminStore } from './admin-store.js'
import { diskSpace, readableBytes } from './disk-space.js'

export interface RuntimeInfoNeeds {
  readonly clock: Clock
  readonly config: LiveConfig
  readonly delayOffsets: DelayOffsets
  readonly stats: BrokerStats
  readonly store: AdminStore
  /** Sends handed to the store and not acknowledged. */
  readonly gate: { readonly inFlightRequests: number }
  /** Pulls that wait for a message. */
  readonly held: { readonly size: number }
}

/** The features a client may expect of us. Apache: MQVersion. */
const VERSION = 'V5_5_0'

/**
 * The figures mqadmin brokerStatus and clusterList print, under Apache's keys. Queues of thread pools are requests in
 * progress here; what Apache measures and this broker has no such thing for (transient store buffers, page cache
 * locks) is 0. Apache: AdminBrokerProcessor.prepareRuntimeInfo, StoreStatsService.getRuntimeInfo.
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
    pageCacheLockTimeMills: 0,
    startAcceptSendRequestTimeStamp: 0,
    timerReadBehind: 0,
    timerOffsetBehind: 0,
    timerCongestNum: 0,
    timerEnqueueTps: '0.0',
    timerDequeueTps: '0.0',
  }
  return new Map(Object.entries(info).map(([key, value]) => [key, String(value)]))
}

function traffic({ clock, stats }: RuntimeInfoNeeds) {
  const now = clock.now()
  return {
    bootTimestamp: stats.startedAt,
    runtime: durationText(now - stats.startedAt),
    putMessageTimesTotal: stats.put.times,
    putMessageSizeTotal: stats.putBytes.value,
    putMessageAverageSize: stats.putBytes.value / Math.max(1, stats.put.value),
    putTps: ratesText([stats.put], now),
    getFoundTps: ratesText([stats.found], now),
    getMissTps: ratesText([stats.missed], now),
    getTotalTps: ratesText([stats.found, stats.missed], now),
    getTransferredTps: ratesText([stats.transferred], now),
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

async function files({ config, store }: RuntimeInfoNeeds) {
  const { storePathRootDir, storePathCommitLog = join(storePathRootDir, 'commitlog') } = config.current
  const { totalBytes, freeBytes, usedRatio } = await diskSpace(storePathRootDir)
  const logRatio = (await diskSpace(storePathCommitLog)).usedRatio
  const { minPhysicalOffset, maxPhysicalOffset } = store.stats
  return {
    commitLogDirCapacity: `Total : ${readableBytes(totalBytes)}, Free : ${readableBytes(freeBytes)}.`,
    commitLogDiskRatio: logRatio,
    [`commitLogDiskRatio_${storePathCommitLog}`]: logRatio,
    consumeQueueDiskRatio: usedRatio,
    commitLogMinOffset: minPhysicalOffset,
    commitLogMaxOffset: maxPhysicalOffset,
    // Consume queues are written in the same step as the log.
    dispatchBehindBytes: 0,
    earliestMessageTimeStamp: await store.earliestStoreTimestamp(),
  }
}

function requests({ config, gate, held }: RuntimeInfoNeeds) {
  const { sendThreadPoolQueueCapacity, pullThreadPoolQueueCapacity } = config.current
  return {
    sendThreadPoolQueueSize: gate.inFlightRequests,
    sendThreadPoolQueueCapacity,
    sendThreadPoolQueueHeadWaitTimeMills: 0,
    pullThreadPoolQueueSize: held.size,
    pullThreadPoolQueueCapacity,
    pullThreadPoolQueueHeadWaitTimeMills: 0,
    queryThreadPoolQueueSize: 0,
    queryThreadPoolQueueHeadWaitTimeMills: 0,
    ackThreadPoolQueueSize: 0,
    ackThreadPoolQueueHeadWaitTimeMills: 0,
  }
}

/** `scheduleMessageOffset_3` = `delivered,stored` for each level in use. */
function delays({ delayOffsets, store }: RuntimeInfoNeeds) {
  const levels: Record<string, string> = {}
  for (const [level, delivered] of delayOffsets.all()) {
    levels[`scheduleMessageOffset_${level}`] =
      `${delivered},${store.maxOffset(SystemTopic.SCHEDULE, level - 1)}`
  }
  return levels
}

/** Per second over the last 10 s, minute and 10 minutes. */
function ratesText(counters: readonly Counter[], now: number): string {
  return [MINUTE_MS / 6, MINUTE_MS, 10 * MINUTE_MS]
    .map((windowMs) => counters.reduce((sum, counter) => sum + counter.last(windowMs, now).tps, 0))
    .map((rate) => (Number.isInteger(rate) ? rate.toFixed(1) : String(rate)))
    .join(' ')
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
