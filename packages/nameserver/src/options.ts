import type { FileSystem } from '@rocketeer/files'
import { type Clock, type Logger, option, parseOptions, z } from '@rocketeer/foundation'

const { flag, port, text } = option

/** Defaults are Apache's where Apache has the property. Apache: NamesrvConfig, RouteInfoManager. */
export const nameserverOptions = z.strictObject({
  /** Address to listen on. Apache: bindAddress. */
  host: text().default('0.0.0.0'),
  /** Port to listen on; 0 takes a free one. Apache: listenPort. */
  port: port().default(9876),
  /** File of the key-value table; without it the table is lost when the nameserver stops. Apache: kvConfigPath. */
  kvConfigPath: text().optional(),
  /** A broker is dropped after this time of silence, unless it registered with a timeout of its own. */
  brokerExpiryMs: z.int().min(1000).max(86_400_000).default(120_000),
  /** Routes carry the order configuration of their topic. Apache: orderMessageEnable. */
  orderTopics: flag().default(false),
  /** The order configuration is sent to brokers that register. Apache: returnOrderTopicConfigToBroker. */
  sendOrderTopics: flag().default(true),
  /** A slave takes the master's place in routes when the master is gone. Apache: supportActingMaster. */
  allowActingMaster: flag().default(false),
  /** Requests for the list of all topics are answered. Apache: enableAllTopicList. */
  listAllTopics: flag().default(true),
  /** Requests for the topics of a cluster, or of one kind, are answered. Apache: enableTopicList. */
  listTopics: flag().default(true),
  /** Topics that a broker's registration no longer names are removed from it. Apache: deleteTopicWithBrokerRegistration. */
  dropMissingTopics: flag().default(false),
})

export type NameserverConfig = Readonly<z.output<typeof nameserverOptions>>

export type NameserverOptions = z.input<typeof nameserverOptions> & {
  clock?: Clock | undefined
  logger?: Logger | undefined
  /** The disk; default Node's. */
  files?: FileSystem | undefined
}

/** Name of each option in Apache's configuration, and so in mqadmin. Apache: NamesrvConfig, NettyServerConfig. */
export const apacheNames = {
  host: 'bindAddress',
  port: 'listenPort',
  kvConfigPath: 'kvConfigPath',
  orderTopics: 'orderMessageEnable',
  sendOrderTopics: 'returnOrderTopicConfigToBroker',
  allowActingMaster: 'supportActingMaster',
  listAllTopics: 'enableAllTopicList',
  listTopics: 'enableTopicList',
  dropMissingTopics: 'deleteTopicWithBrokerRegistration',
} as const

/** Option by Apache's name. */
const optionsByApacheName: ReadonlyMap<string, string> = new Map(
  Object.entries(apacheNames).map(([option, name]) => [name, option]),
)

/** Throws `OPTION_INVALID`. */
export function parseNameserverOptions(options: z.input<typeof nameserverOptions>): NameserverConfig {
  return parseOptions(nameserverOptions, options, {
    subject: 'nameserver options',
    nameHere: (name) => optionsByApacheName.get(name),
  })
}
