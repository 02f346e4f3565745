import type { FileSystem } from '@rocketeer/files'
import { type Clock, type ConfigOf, type Logger, z } from '@rocketeer/foundation'
import { type ConsumingOptions, consumingOptionsShape } from './consuming-options.js'
import { type IdentityOptions, identityOptionsShape } from './identity-options.js'
import { type SendingOptions, sendingOptionsShape } from './sending-options.js'
import { type StorageOptions, storageOptionsShape } from './storage-options.js'

/** The options a broker's config is made of. Defaults are Apache's unless the option says otherwise. */
export interface BrokerConfigInput
  extends IdentityOptions,
    StorageOptions,
    SendingOptions,
    ConsumingOptions {}

/** `apacheNames` has the names that a broker.conf uses. */
export const brokerOptionsSchema = z.strictObject({
  ...identityOptionsShape,
  ...storageOptionsShape,
  ...sendingOptionsShape,
  ...consumingOptionsShape,
})

/** Names of all options of a broker. */
export const brokerOptionNames: readonly string[] = Object.keys(brokerOptionsSchema.shape)

/** The options a broker runs with; `Broker.config` is one. */
export interface BrokerConfig
  extends ConfigOf<
    Omit<BrokerConfigInput, 'nameservers'>,
    'advertise' | 'advertisedHost' | 'commitLogDirectory'
  > {
  /** Nameservers to register with, `host:port` each. */
  readonly nameservers: string[]
}

/** What a caller may inject besides the options. */
export interface BrokerEnvironment {
  /** The clock of everything but disk work, the system's unless given; tests pass a `ManualClock`. */
  clock?: Clock | undefined
  /** The clock for disk work, such as flushes and checkpoints, apart from `clock`; the system's unless given. */
  ioClock?: Clock | undefined
  /** Where the broker logs to; nowhere unless given. */
  logger?: Logger | undefined
  /** The disk; Node's unless given. */
  files?: FileSystem | undefined
  /** A source of random numbers like `Math.random`, the default: it chooses a queue where the client leaves it open. */
  random?: (() => number) | undefined
  /** Names of options that win over what UPDATE_BROKER_CONFIG changed in earlier runs. */
  commandLineOptions?: readonly string[] | undefined
}

/** What `Broker.start` takes. */
export interface BrokerOptions extends BrokerConfigInput, BrokerEnvironment {}
