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
  /** The store's time of the disk; undefined for the system's. */
  readonly ioClock?: Clock | undefined
  readonly files: FileSystem
  readonly logger: Logger
  /** `host:port` clients are told to use, known once the broker listens. */
  readonly address: () => string
  /** The same as records hold it. */
  readonly storeHost: () => EncodedHost
  /** Where a topic is in the whole cluster, if there is a way to know. */
  readonly topicRoute?: ((topic: string) => Promise<TopicRouteData | undefined>) | undefined
  /** Options that win over changes made in earlier runs. */
  readonly commandLineOptions?: readonly string[] | undefined
}
