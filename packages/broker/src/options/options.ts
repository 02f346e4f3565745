import type { FileSystem } from '@rocketeer/files'
import { type Clock, type Logger, z } from '@rocketeer/foundation'
import { consumingOptions } from './consuming-options.js'
import { identityOptions } from './identity-options.js'
import { sendingOptions } from './sending-options.js'
import { storageOptions } from './storage-options.js'

/** Defaults are Apache's unless a comment says otherwise; `apacheNames` has the names that a broker.conf uses. */
export const brokerOptions = z.strictObject({
  ...identityOptions,
  ...storageOptions,
  ...sendingOptions,
  ...consumingOptions,
})

export type BrokerConfig = Readonly<z.output<typeof brokerOptions>>

/** What a caller may inject besides the options. */
export interface BrokerEnvironment {
  clock?: Clock | undefined
  /** The clock for disk work, such as flushes and checkpoints, apart from `clock`; the system's unless given. */
  ioClock?: Clock | undefined
  logger?: Logger | undefined
  /** The disk; Node's unless given. */
  files?: FileSystem | undefined
  /** Names of options that win over what UPDATE_BROKER_CONFIG changed in earlier runs. */
  commandLineOptions?: readonly string[] | undefined
}

export type BrokerOptions = z.input<typeof brokerOptions> & BrokerEnvironment
