import type { FileSystem } from '@rocketeer/files'
import { type Clock, type Logger, parseOptions, z } from '@rocketeer/foundation'

/** Names and defaults are Apache's where Apache has the property. Apache: NamesrvConfig, RouteInfoManager. */
export const nameserverOptions = z.strictObject({
  /** IP address to listen on. */
  host: z.string().min(1).default('0.0.0.0'),
  /** 0 takes a free one. */
  port: z.int().min(0).max(65_535).default(9876),
  /** Where the key-value table is kept; without it the table is gone when the nameserver stops. */
  kvConfigPath: z.string().min(1).optional(),
  /** A broker not heard from for so long is dropped, unless it registered with a timeout of its own. */
  brokerExpiryMs: z.int().min(1000).max(86_400_000).default(120_000),
  /** Routes carry the order configuration of their topic. */
  orderMessageEnable: z.boolean().default(false),
  /** The order configuration is sent to brokers that register. */
  returnOrderTopicConfigToBroker: z.boolean().default(true),
  /** A slave takes the master's place in routes when the master is gone. */
  supportActingMaster: z.boolean().default(false),
  enableAllTopicList: z.boolean().default(true),
  enableTopicList: z.boolean().default(true),
  /** Topics a broker no longer names when it registers are dropped from the routes. */
  deleteTopicWithBrokerRegistration: z.boolean().default(false),
})

export type NameserverConfig = Readonly<z.output<typeof nameserverOptions>>

export type NameserverOptions = z.input<typeof nameserverOptions> & {
  clock?: Clock | undefined
  logger?: Logger | undefined
  /** The disk; Node's unless given. */
  files?: FileSystem | undefined
}

/** Throws `OPTION_INVALID`. */
export function parseNameserverOptions(options: z.input<typeof nameserverOptions>): NameserverConfig {
  return parseOptions(nameserverOptions, options, 'nameserver options')
}
