import type { Socket } from 'node:net'
import type { WorkInFlight } from '@rocketeer/foundation'
import type { Connection } from './connection.js'
import type { PendingRequests } from './pending-requests.js'

/** A connection that a manual clock watches, with its socket. */
interface End extends Pick<Connection, 'localAddress' | 'remoteAddress' | 'paused'> {
  readonly pending: Pick<PendingRequests, 'describe'>
  onClose(listener: () => void): () => void
}

interface WatchedEnd {
  readonly end: End
  readonly socket: Socket
  /** The other end, if this process holds that, too. */
  other: WatchedEnd | undefined
}

const byWork = new WeakMap<WorkInFlight, Traffic>()

/** The traffic that a manual clock waits for; every server and client with that clock share it. */
export function trafficOf(inFlight: WorkInFlight): Traffic {
  const known = byWork.get(inFlight)
  if (known) return known
  const traffic = new Traffic()
  byWork.set(inFlight, traffic)
  inFlight.watch(() => traffic.describe())
  return traffic
}

/**
 * What is on its way over connections of this process: requests without an answer, and bytes that one end has written
 * and the other, if it is in this process too, has not read yet. Nothing is counted per request: connections are looked
 * at when the clock is about to move.
 */
export class Traffic {
  readonly #ends = new Set<WatchedEnd>()
  #connecting = 0

  /** Counts an attempt to connect; returns a function to call when it is over. */
  connecting(): () => void {
    this.#connecting++
    return () => this.#connecting--
  }

  /** Watches a connection until it is closed. */
  add(end: End, socket: Socket): void {
    const other = this.#otherEndOf(end)
    const watched: WatchedEnd = { end, socket, other }
    if (other) other.other = watched
    this.#ends.add(watched)
    end.onClose(() => {
      this.#ends.delete(watched)
      if (watched.other) watched.other.other = undefined
    })
  }

  /** What is on its way, in words; undefined when nothing is. */
  describe(): string | undefined {
    if (this.#connecting > 0) return 'an attempt to connect'
    for (const watched of this.#ends) {
      const found = watched.end.pending.describe() ?? unreadOf(watched)
      if (found !== undefined) return found
    }
    return undefined
  }

  #otherEndOf({ localAddress, remoteAddress }: End): WatchedEnd | undefined {
    for (const watched of this.#ends) {
      const { end } = watched
      if (end.localAddress === remoteAddress && end.remoteAddress === localAddress) return watched
    }
    return undefined
  }
}

/** An end that has stopped reading because it has too much to do reads on when its work in flight is done. */
function unreadOf({ end, socket, other }: WatchedEnd): string | undefined {
  if (other === undefined || other.end.paused) return undefined
  const bytes = socket.bytesWritten - other.socket.bytesRead
  return bytes > 0 ? `${bytes} bytes from ${end.localAddress} to ${end.remoteAddress}` : undefined
}
