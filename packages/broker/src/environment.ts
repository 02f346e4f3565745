import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import type { TopicRouteData } from '@rocketeer/protocol/bodies'
import type { EncodedHost } from '@rocketeer/protocol/record'
import type { LiveConfig } from './options/live-config.js'

/** What every wing is opened with, besides the parts of other wings it needs. */
export interface Environment {
  /** The broker's root directory. */
  readonly directory: string
  readonly config: LiveConfig
  readonly clock: Clock
  /** The store's clock for disk work; the system's unless given. */
  readonly ioClock?: Clock | undefined
  readonly files: FileSystem
  /** As `Math.random`. */
  readonly random: () => number
  readonly logger: Logger
  /** `host:port` clients are told to use, known once the broker listens. */
  readonly address: () => string
  /** `address` as records hold it. */
  readonly storeHost: () => EncodedHost
  /** Finds the route of a topic in the whole cluster; undefined when no nameserver knows it. */
  readonly topicRoute?: ((topic: string) => Promise<TopicRouteData | undefined>) | undefined
  /** Names of options given on the command line: they win over changes made in earlier runs. */
  readonly commandLineOptions?: readonly string[] | undefined
}
