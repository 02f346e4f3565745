import { type Clock, DeadlineTimer } from '@rocketeer/foundation'
import { MASTER_ID } from '@rocketeer/protocol/bodies'
import { type ConsumerData, HeartbeatData, heartBeat } from '@rocketeer/protocol/commands'
import type { Problems } from './problems.js'
import type { Brokers } from './routing/brokers.js'
import type { RouteCache } from './routing/route-cache.js'

/** Answers, connections and new brokers come in bursts; one round of heartbeats serves them all. */
const SOON_MS = 50

interface BrokerId {
  readonly brokerName: string
  readonly brokerId: number
  readonly address: string
}

interface HeartbeatsNeeds {
  clientId: string
  brokers: Brokers
  routes: RouteCache
  clock: Clock
  intervalMs: number
  problems: Problems
}

/**
 * Tells every broker which groups this client is in: at intervals, when the groups change, and after a connection
 * broke, with which the broker forgot this client. Apache: MQClientInstance.sendHeartbeatToAllBroker.
 */
export class Heartbeats {
  readonly #needs: HeartbeatsNeeds
  /** How many producers of this client use each group. */
  readonly #producers = new Map<string, number>()
  readonly #consumers = new Map<string, () => ConsumerData>()
  readonly #timer: DeadlineTimer
  /** Names of the brokers that said so with their last answer: ours do. */
  readonly #keepFailureHistory = new Set<string>()

  constructor(needs: HeartbeatsNeeds) {
    this.#needs = needs
    this.#timer = new DeadlineTimer(needs.clock, () => {
      void this.beat()
      return needs.clock.now() + needs.intervalMs
    })
    this.#timer.arm(needs.clock.now() + needs.intervalMs)
  }

  joinProducer(group: string): void {
    this.#producers.set(group, (this.#producers.get(group) ?? 0) + 1)
    this.soon()
  }

  /** True when this was the group's last producer here. */
  leaveProducer(group: string): boolean {
    const left = (this.#producers.get(group) ?? 0) - 1
    if (left > 0) this.#producers.set(group, left)
    else this.#producers.delete(group)
    return left <= 0
  }

  /** `describe` is called at each heartbeat. */
  joinConsumer(group: string, describe: () => ConsumerData): void {
    this.#consumers.set(group, describe)
  }

  leaveConsumer(group: string): void {
    this.#consumers.delete(group)
  }

  /** Whether that broker takes the failed attempts along with a message that is given back; Apache's do not. */
  keepsFailureHistory(brokerName: string): boolean {
    return this.#keepFailureHistory.has(brokerName)
  }

  /** Sends a round in 50 ms; calls until then share it. */
  soon(): void {
    this.#timer.arm(this.#needs.clock.now() + SOON_MS)
  }

  /** Sends one round. A broker that cannot be reached is reported; the others are told all the same. */
  async beat(): Promise<void> {
    if (this.#producers.size === 0 && this.#consumers.size === 0) return
    const body = HeartbeatData.encode({
      clientID: this.#needs.clientId,
      producerDataSet: [...this.#producers.keys()].map((groupName) => ({ groupName })),
      consumerDataSet: [...this.#consumers.values()].map((describe) => describe()),
      heartbeatFingerprint: 0,
      withoutSub: false,
    })
    // Slaves need to know consumers only: nobody sends to them.
    const withSlaves = this.#consumers.size > 0
    const rounds: Promise<void>[] = []
    for (const { brokerName, brokerId, address } of this.#needs.routes.brokers()) {
      if (withSlaves || brokerId === MASTER_ID)
        rounds.push(this.#beatTo({ brokerName, brokerId, address }, body))
    }
    await Promise.all(rounds)
  }

  close(): void {
    this.#timer.close()
  }

  async #beatTo({ brokerName, brokerId, address }: BrokerId, body: Buffer): Promise<void> {
    try {
      const broker = { brokerName, address }
      const { fields } = await this.#needs.brokers.callAddress(broker, heartBeat, {}, { body })
      if (brokerId !== MASTER_ID) return
      if (fields.keepsFailureHistory === true) this.#keepFailureHistory.add(brokerName)
      else this.#keepFailureHistory.delete(brokerName)
    } catch (error) {
      this.#needs.problems.report(error, { brokerName })
    }
  }
}
