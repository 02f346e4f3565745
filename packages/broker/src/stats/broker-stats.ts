import { type Clock, DeadlineTimer } from '@rocketeer/foundation'
import { Counter, DAY_MS, HOUR_MS, MINUTE_MS, SAMPLE_INTERVAL_MS, type Snapshot } from './counter.js'

/** Totals at midnight; what mqadmin clusterList -m subtracts. Apache: BrokerStats. */
interface Mornings {
  yesterday: number
  today: number
}

/** What was counted for one name and key in the last minute, hour and day. Apache: BrokerStatsData. */
export interface StatsData {
  statsMinute: Snapshot
  statsHour: Snapshot
  statsDay: Snapshot
}

interface TopicCounters {
  readonly nums: Counter
  readonly size: Counter
  /** System topics do not count as the users' messages. */
  readonly system: boolean
}

interface ConsumerCounters {
  readonly nums: Counter
  readonly size: Counter
  readonly sentBack: Counter
}

/**
 * Counts messages by topic and by consumer group. Counting costs a map look-up and a few additions; rates come from
 * samples every 10 s, taken only while something is being counted. Apache: BrokerStatsManager, StoreStatsService.
 */
export class BrokerStats {
  readonly #clock: Clock
  readonly #isSystemTopic: (topic: string) => boolean
  readonly #topics = new Map<string, TopicCounters>()
  /** Group → topic → counters. */
  readonly #consumers = new Map<string, Map<string, ConsumerCounters>>()
  readonly startedAt: number
  /** Messages stored, of all topics. */
  readonly put: Counter
  /** Bytes of them as stored. */
  readonly putBytes: Counter
  /** Messages handed to consumers. */
  readonly transferred: Counter
  /** Pulls that found something, and that did not. */
  readonly found: Counter
  readonly missed: Counter
  /** Messages that began to wait for a point in time, and whose time came. */
  readonly timerEnqueued: Counter
  readonly timerDequeued: Counter
  readonly #userPut: Counter
  readonly #userGet: Counter
  readonly #putMorning: Mornings = { yesterday: 0, today: 0 }
  readonly #getMorning: Mornings = { yesterday: 0, today: 0 }
  #day: number
  readonly #sampling: DeadlineTimer
  #isSampling = false
  #countedSinceSample = false

  constructor(needs: { clock: Clock; isSystemTopic: (topic: string) => boolean }) {
    this.#clock = needs.clock
    this.#isSystemTopic = needs.isSystemTopic
    const now = needs.clock.now()
    this.startedAt = now
    this.#day = startOfDay(now)
    this.#sampling = new DeadlineTimer(needs.clock, () => this.#sampleWhileCounted())
    this.put = new Counter(now)
    this.putBytes = new Counter(now)
    this.transferred = new Counter(now)
    this.found = new Counter(now)
    this.missed = new Counter(now)
    this.timerEnqueued = new Counter(now)
    this.timerDequeued = new Counter(now)
    this.#userPut = new Counter(now)
    this.#userGet = new Counter(now)
  }

  /** `messages` were stored in a topic, `bytes` of records together. */
  onPut(topic: string, messages: number, bytes: number): void {
    if (!this.#countedSinceSample) this.#wake()
    const counters = this.#topics.get(topic) ?? this.#addTopic(topic)
    counters.nums.add(messages)
    counters.size.add(bytes)
    this.put.add(messages)
    this.putBytes.add(bytes)
    if (!counters.system) this.#userPut.add(messages)
  }

  /** A group got `messageCount` messages of a topic in one answer, `bytes` of records together. */
  onGet(
    { group, topic }: { readonly group: string; readonly topic: string },
    { messageCount, bytes }: { readonly messageCount: number; readonly bytes: number },
  ): void {
    if (!this.#countedSinceSample) this.#wake()
    const counters = this.#consumers.get(group)?.get(topic) ?? this.#addConsumer(group, topic)
    counters.nums.add(messageCount)
    counters.size.add(bytes)
    this.transferred.add(messageCount)
    this.found.add(1)
    this.#userGet.add(messageCount)
  }

  /** A pull found nothing. */
  onMiss(): void {
    if (!this.#countedSinceSample) this.#wake()
    this.missed.add(1)
  }

  /** A consumer sent a message back to be delivered again. */
  onSendBack(group: string, topic: string): void {
    if (!this.#countedSinceSample) this.#wake()
    const counters = this.#consumers.get(group)?.get(topic) ?? this.#addConsumer(group, topic)
    counters.sentBack.add(1)
  }

  onTimerEnqueued(): void {
    if (!this.#countedSinceSample) this.#wake()
    this.timerEnqueued.add(1)
  }

  onTimerDequeued(): void {
    if (!this.#countedSinceSample) this.#wake()
    this.timerDequeued.add(1)
  }

  /** Messages per second over the last minute. */
  topicPutTps(topic: string): number {
    return this.#topics.get(topic)?.nums.last(MINUTE_MS, this.#clock.now()).tps ?? 0
  }

  /** Messages per second over the last minute. */
  groupGetTps(group: string, topic: string): number {
    return this.#consumers.get(group)?.get(topic)?.nums.last(MINUTE_MS, this.#clock.now()).tps ?? 0
  }

  /** By Apache's names and keys (`topic`, `topic@group`), for VIEW_BROKER_STATS_DATA. */
  view(name: string, key: string): StatsData | undefined {
    const counter = this.#find(name, key)
    if (!counter) return undefined
    const now = this.#clock.now()
    return {
      statsMinute: counter.last(MINUTE_MS, now),
      statsHour: counter.last(HOUR_MS, now),
      statsDay: counter.last(DAY_MS, now),
    }
  }

  /** Totals since the start without system topics, and as they were at the last two midnights. */
  totals(): { put: Mornings & { now: number }; get: Mornings & { now: number } } {
    this.#turnDay(this.#clock.now())
    return {
      put: { ...this.#putMorning, now: this.#userPut.value },
      get: { ...this.#getMorning, now: this.#userGet.value },
    }
  }

  onTopicsDeleted(topics: readonly string[]): void {
    for (const topic of topics) {
      this.#topics.delete(topic)
      for (const consumers of this.#consumers.values()) consumers.delete(topic)
    }
  }

  onGroupDeleted(group: string): void {
    this.#consumers.delete(group)
  }

  close(): void {
    this.#sampling.close()
  }

  #find(name: string, key: string): Counter | undefined {
    const [topic = '', group = ''] = key.split('@')
    switch (name) {
      case 'TOPIC_PUT_NUMS':
        return this.#topics.get(key)?.nums
      case 'TOPIC_PUT_SIZE':
        return this.#topics.get(key)?.size
      case 'GROUP_GET_NUMS':
        return this.#consumers.get(group)?.get(topic)?.nums
      case 'GROUP_GET_SIZE':
        return this.#consumers.get(group)?.get(topic)?.size
      case 'SNDBCK_PUT_NUMS':
        return this.#consumers.get(group)?.get(topic)?.sentBack
      case 'BROKER_PUT_NUMS':
        return this.put
      case 'BROKER_GET_NUMS':
        return this.transferred
      default:
        return undefined
    }
  }

  #addTopic(topic: string): TopicCounters {
    const now = this.#clock.now()
    const counters = { nums: new Counter(now), size: new Counter(now), system: this.#isSystemTopic(topic) }
    this.#topics.set(topic, counters)
    return counters
  }

  #addConsumer(group: string, topic: string): ConsumerCounters {
    const now = this.#clock.now()
    const counters = { nums: new Counter(now), size: new Counter(now), sentBack: new Counter(now) }
    const topics = this.#consumers.get(group) ?? new Map<string, ConsumerCounters>()
    this.#consumers.set(group, topics.set(topic, counters))
    return counters
  }

  /** The first count after a quiet time: samples what was, so that the count falls into the time after it. */
  #wake(): void {
    this.#countedSinceSample = true
    if (this.#isSampling) return
    this.#isSampling = true
    this.#sample()
    this.#countedSinceSample = true
    this.#sampling.arm(this.#clock.now() + SAMPLE_INTERVAL_MS)
  }

  /** Returns when to sample next: never when nothing was counted, because nothing changes the numbers then. */
  #sampleWhileCounted(): number {
    this.#isSampling = this.#countedSinceSample
    if (!this.#isSampling) return Number.POSITIVE_INFINITY
    this.#sample()
    return this.#clock.now() + SAMPLE_INTERVAL_MS
  }

  #sample(): void {
    const now = this.#clock.now()
    this.#turnDay(now)
    for (const { nums, size } of this.#topics.values()) {
      nums.sample(now)
      size.sample(now)
    }
    for (const topics of this.#consumers.values()) {
      for (const { nums, size, sentBack } of topics.values()) {
        nums.sample(now)
        size.sample(now)
        sentBack.sample(now)
      }
    }
    for (const counter of this.#totalCounters()) counter.sample(now)
    this.#countedSinceSample = false
  }

  #totalCounters(): Counter[] {
    const { put, putBytes, transferred, found, missed, timerEnqueued, timerDequeued } = this
    const timers = [timerEnqueued, timerDequeued]
    return [put, putBytes, transferred, found, missed, ...timers, this.#userPut, this.#userGet]
  }

  /** Counts of the sample interval in which midnight falls belong to the day before. */
  #turnDay(now: number): void {
    const today = startOfDay(now)
    if (today === this.#day) return
    const yesterday = startOfDay(today - 1)
    const consecutive = this.#day === yesterday
    turn(this.#putMorning, this.#userPut.value, consecutive)
    turn(this.#getMorning, this.#userGet.value, consecutive)
    this.#day = today
  }
}

function turn(mornings: Mornings, total: number, consecutive: boolean): void {
  mornings.yesterday = consecutive ? mornings.today : total
  mornings.today = total
}

/** Local midnight, as operators read their clocks. */
function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}
