/** From this latency on a broker is avoided for that long, in milliseconds. Apache: MQFaultStrategy. */
const AVOIDANCE: readonly { latencyMs: number; avoidMs: number }[] = [
  { latencyMs: 15_000, avoidMs: 30_000 },
  { latencyMs: 5_000, avoidMs: 10_000 },
  { latencyMs: 3_000, avoidMs: 6_000 },
  { latencyMs: 1_800, avoidMs: 5_000 },
  { latencyMs: 550, avoidMs: 2_000 },
]

const AVOID_MS_MAX = Math.max(...AVOIDANCE.map(({ avoidMs }) => avoidMs))

/** A failed send counts as this latency. Apache: MQFaultStrategy.updateFaultItem with isolation. */
const FAILURE_LATENCY_MS = 10_000

/** Which brokers were slow or failed lately (`avoidSlowBrokers`). Apache: LatencyFaultToleranceImpl. */
export class BrokerFaults {
  readonly #avoidedUntil = new Map<string, number>()

  succeeded(brokerName: string, latencyMs: number, now: number): void {
    this.#avoid(brokerName, latencyMs, now)
  }

  failed(brokerName: string, now: number): void {
    this.#avoid(brokerName, FAILURE_LATENCY_MS, now)
  }

  isAvailable(brokerName: string, now: number): boolean {
    const until = this.#avoidedUntil.get(brokerName)
    if (until === undefined) return true
    // Not after the clock was set back: it would be avoided for as long as that.
    if (now < until && until - now <= AVOID_MS_MAX) return false
    this.#avoidedUntil.delete(brokerName)
    return true
  }

  #avoid(brokerName: string, latencyMs: number, now: number): void {
    const avoidMs = AVOIDANCE.find((row) => latencyMs >= row.latencyMs)?.avoidMs
    if (avoidMs === undefined) return
    const until = Math.max(now + avoidMs, this.#avoidedUntil.get(brokerName) ?? 0)
    this.#avoidedUntil.set(brokerName, until)
  }
}
