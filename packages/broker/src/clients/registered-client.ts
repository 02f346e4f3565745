import type { Connection } from '@rocketeer/remoting'

/** A producer or consumer instance as its last heartbeat described it. Apache: ClientChannelInfo. */
export interface RegisteredClient {
  readonly connection: Connection
  /** `ip@process` by default; what consumers of a group share the queues by. */
  readonly clientId: string
  readonly language: number
  readonly version: number
  /** Milliseconds since the epoch, by the broker's clock. */
  lastHeartbeatAt: number
}
