import { setTimeout as delay } from 'node:timers/promises'
import { responseCodeName, Serialization } from '@rocketeer/protocol'
import { getMaxOffset } from '@rocketeer/protocol/commands'
import { RemotingClient } from '@rocketeer/remoting'
import { Gate } from '@rocketeer/test-kit'
import { Histogram } from './histogram.js'
import { LoadConnection } from './load-connection.js'
import { processUsage } from './process-usage.js'
import type { ScannedResponse } from './response-scanner.js'
import type { Scenario } from './scenario.js'
import { TransactionWorkload } from './transaction-workload.js'
import { PullWorkload, QUEUES, type QueueRange, SendWorkload, type Workload } from './workload.js'

/** The most that Apache's broker answers at once from memory (maxTransferCountOnMessageInMemory). */
const PULL_MESSAGES_MAX = 32

export interface LoadOptions {
  /** Of the broker, `host:port`. */
  readonly address: string
  readonly topic: string
  /** Time before the measurement, in which caches, JIT and page cache come into their usual state. */
  readonly warmupSeconds: number
  readonly seconds: number
  /** The broker's process on this machine, for its CPU time and memory. */
  readonly pid?: number | undefined
}

export interface LoadResult {
  readonly messages: number
  readonly messagesPerSecond: number
  /** Of a request, in milliseconds. */
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** Answers that were errors, by the name of their code. */
  readonly errors: Readonly<Record<string, number>>
  /** CPU time of the broker; undefined when its process is not known, or this is not Linux. */
  readonly brokerCpuMicrosPerMessage: number | undefined
  readonly brokerResidentBytes: number | undefined
  /** Share of one core that the load program used: near 100 the load program is the limit, not the broker. */
  readonly loadCpuPercent: number
}

/** Runs one load against a broker. Rejects when a connection fails or nothing but errors comes back. */
export async function runLoad(scenario: Scenario, options: LoadOptions): Promise<LoadResult> {
  const serialization = scenario.header === 'json' ? Serialization.JSON : Serialization.ROCKETMQ
  const facts = { topic: options.topic, serialization }
  if (scenario.kind === 'transaction') {
    return measure(scenario, options, new TransactionWorkload({ ...scenario, ...facts }))
  }
  const sending = new SendWorkload({ ...scenario, ...facts })
  if (scenario.mode === 'send') return measure(scenario, options, sending)
  await fill(scenario, options, sending)
  const ranges = await lastMessages(options, Math.floor(scenario.fillMessages / QUEUES))
  const messagesMax = PULL_MESSAGES_MAX
  return measure(scenario, options, new PullWorkload({ ...scenario, ...facts, messagesMax, ranges }))
}

class Measurement {
  readonly histogram = new Histogram()
  readonly errors: Record<string, number> = {}
  messages = 0

  readonly onAnswer = (response: ScannedResponse, messages: number | undefined, microseconds: number) => {
    if (messages === undefined) {
      const name = responseCodeName(response.code)
      this.errors[name] = (this.errors[name] ?? 0) + 1
      return
    }
    this.messages += messages
    this.histogram.record(microseconds)
  }
}

async function measure(scenario: Scenario, options: LoadOptions, workload: Workload): Promise<LoadResult> {
  let measurement = new Measurement()
  const load = await startLoad(scenario, options.address, workload, (response, messages, microseconds) =>
    measurement.onAnswer(response, messages, microseconds),
  )
  try {
    await Promise.race([delay(options.warmupSeconds * 1_000), load.failed])
    measurement = new Measurement()
    const startedAt = performance.now()
    const loadCpu = process.cpuUsage()
    const before = processUsage(options.pid)
    await Promise.race([delay(options.seconds * 1_000), load.failed])
    const seconds = (performance.now() - startedAt) / 1_000
    const after = processUsage(options.pid)
    const { user, system } = process.cpuUsage(loadCpu)
    const { messages, histogram, errors } = measurement
    if (messages === 0) throw new Error(`no message went through: ${JSON.stringify(errors)}`)
    return {
      messages,
      messagesPerSecond: messages / seconds,
      p50Ms: histogram.percentile(50) / 1_000,
      p99Ms: histogram.percentile(99) / 1_000,
      p999Ms: histogram.percentile(99.9) / 1_000,
      errors,
      brokerCpuMicrosPerMessage:
        before && after ? (after.cpuMicroseconds - before.cpuMicroseconds) / messages : undefined,
      brokerResidentBytes: after?.residentBytes,
      loadCpuPercent: (user + system) / seconds / 10_000,
    }
  } finally {
    load.stop()
  }
}

/** Sends at least `fillMessages` messages for a pull load to read. */
async function fill(scenario: Scenario, options: LoadOptions, workload: Workload): Promise<void> {
  const filled = new Gate()
  let left = scenario.fillMessages
  const sending = { ...scenario, connections: 1, inFlight: 64 }
  const load = await startLoad(sending, options.address, workload, (_response, messages) => {
    left -= messages ?? 0
    if (left <= 0) filled.open()
  })
  try {
    await Promise.race([filled.opened, load.failed])
  } finally {
    load.stop()
  }
  // The last messages become visible to consumers a moment after they were answered.
  await delay(500)
}

/** The last `count` messages of each queue. */
async function lastMessages({ address, topic }: LoadOptions, count: number): Promise<QueueRange[]> {
  await using client = new RemotingClient()
  const ranges: QueueRange[] = []
  for (let queueId = 0; queueId < QUEUES; queueId++) {
    const { fields } = await client.request(address, getMaxOffset, { topic, queueId, committed: true })
    ranges.push({ start: Math.max(0, fields.offset - count), end: fields.offset })
  }
  return ranges
}

async function startLoad(
  scenario: Scenario,
  address: string,
  workload: Workload,
  onAnswer: Measurement['onAnswer'],
): Promise<{ failed: Promise<never>; stop(): void }> {
  const failure = new Gate<Error>()
  const failed = failure.opened.then((reason) => Promise.reject(reason))
  failed.catch(() => {})
  const { connections, inFlight } = scenario
  const open = await Promise.all(
    Array.from({ length: connections }, (_, index) =>
      LoadConnection.open(
        { address, workload, firstSlot: index * inFlight, inFlight, onAnswer },
        failure.open,
      ),
    ),
  )
  return {
    failed,
    stop: () => {
      for (const connection of open) connection.stop()
    },
  }
}
