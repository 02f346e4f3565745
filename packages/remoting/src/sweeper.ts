import type { RemotingLimits } from './limits.js'
import type { SocketConnection } from './socket-connection.js'

const SWEEP_INTERVAL_MS_MAX = 1_000

/**
 * Looks after idle and stalled connections with one timer for all of them; returns how to stop. The time is real, not
 * the injected clock's: it bounds the network.
 */
export function startSweeping(
  connections: ReadonlySet<SocketConnection>,
  limits: RemotingLimits,
): () => void {
  const shortestMs = Math.min(limits.idleTimeoutMs, limits.writeStallMs)
  const intervalMs = Math.max(1, Math.min(SWEEP_INTERVAL_MS_MAX, Math.floor(shortestMs / 4)))
  const timer = setInterval(() => {
    const now = performance.now()
    for (const connection of connections) connection.sweep(now)
  }, intervalMs).unref()
  return () => clearInterval(timer)
}
