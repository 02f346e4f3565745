import type { FileSystem } from '@rocketeer/files'
import { type Clock, type Logger, option, parseOptions, z } from '@rocketeer/foundation'
import { optionsByApacheName } from './apache-names.js'

const { flag, port, text } = option

/** Defaults are Apache's where Apache has the property. Apache: NamesrvConfig, RouteInfoManager. */
export const nameserverOptions = z.strictObject({
  /** Address to listen on. Apache: bindAddress. */
  host: text().default('0.0.0.0'),
  /** 0 takes a free one. Apache: listenPort. */
  port: port().default(9876),
  /** File of the key-value table; without it the table is gone when the nameserver stops. Apache: kvConfigPath. */
  kvConfigPath: text().optional(),
  /** A broker not heard from for so long is dropped, unless it registered with a timeout of its own. */
  brokerExpiryMs: z.int().min(1000).max(86_400_000).default(120_000),
  /** Routes carry the order configuration of their topic. Apache: orderMessageEnable. */
  orderTopics: flag().default(false),
  /** The order configuration is sent to brokers that register. Apache: returnOrderTopicConfigToBroker. */
  sendOrderTopics: flag().default(true),
  /** A slave takes the master's place in routes when the master is gone. Apache: supportActingMaster. */
  allowActingMaster: flag().default(false),
  /** Answers who asks for all topics. Apache: enableAllTopicList. */
  listAllTopics: flag().default(true),
  /** Answers who asks for the topics of a cluster, or of one kind. Apache: enableTopicList. */
  listTopics: flag().default(true),
  /** Topics a broker no longer names when it registers are dropped from the routes. Apache: deleteTopicWithBrokerRegistration. */
  dropMissingTopics: flag().default(false),
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
  return parseOptions(nameserverOptions, options, {
    subject: 'nameserver options',
    nameHere: (name) => optionsByApacheName.get(name),
  })
}
