import { remotingErrors } from './errors.js'
import type { RemotingLimits } from './limits.js'
import type { SocketConnection } from './socket-connection.js'

const SWEEP_INTERVAL_MS_MAX = 1_000

/**
 * Looks after idle and stalled connections, and after what waits for all of them together, with one timer; returns how
 * to stop. The time is real, not the injected clock's: it bounds the network.
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
    cutSlowest(connections, limits.sendBuffersBytesMax)
  }, intervalMs).unref()
  return () => clearInterval(timer)
}

function cutSlowest(connections: ReadonlySet<SocketConnection>, sendBuffersBytesMax: number): void {
  let bytes = 0
  for (const connection of connections) bytes += connection.bufferedBytes
  if (bytes <= sendBuffersBytesMax) return
  const byBytes = [...connections].sort((a, b) => b.bufferedBytes - a.bufferedBytes)
  for (const connection of byBytes) {
    if (bytes <= sendBuffersBytesMax) return
    const address = connection.remoteAddress
    const freed = connection.bufferedBytes
    connection.close(remotingErrors.SEND_BUFFERS_FULL({ address, bytes, sendBuffersBytesMax }))
    bytes -= freed
  }
}
