import { remotingErrors } from './errors.js'
import type { RemotingLimits } from './limits.js'
import type { SocketConnection } from './socket-connection.js'

const CHECK_INTERVAL_MS_MAX = 1_000

/**
 * Closes connections that are idle or stalled, and those with the largest send buffers while all buffers together exceed
 * `sendBuffersBytesMax`. One real timer, not the injected clock, serves all connections, because the limits bound real
 * network I/O. Returns a function that stops the checks.
 */
export function startConnectionChecks(
  connections: ReadonlySet<SocketConnection>,
  limits: RemotingLimits,
): () => void {
  const shortestMs = Math.min(limits.idleTimeoutMs, limits.writeStallMs, limits.probeAfterMs)
  const intervalMs = Math.max(1, Math.min(CHECK_INTERVAL_MS_MAX, Math.floor(shortestMs / 4)))
  const timer = setInterval(() => {
    const now = performance.now()
    for (const connection of connections) connection.check(now)
    closeLargestBuffers(connections, limits.sendBuffersBytesMax)
  }, intervalMs).unref()
  return () => clearInterval(timer)
}

function closeLargestBuffers(connections: ReadonlySet<SocketConnection>, sendBuffersBytesMax: number): void {
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
