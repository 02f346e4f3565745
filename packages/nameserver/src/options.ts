import type { FileSystem } from '@rocketeer/files'
import { type Clock, type ConfigOf, type Logger, option, parseOptions, z } from '@rocketeer/foundation'

const { flag, port, text } = option

/** The options a nameserver's config is made of. Defaults are Apache's where Apache has the property. */
export interface NameserverConfigInput {
  /** Address to listen on; `'0.0.0.0'`, the default, is every IPv4 address of the machine. Apache: bindAddress. */
  host?: string | undefined
  /** Port to listen on, 9876; 0 takes a free one. Apache: listenPort. */
  port?: number | undefined
  /** File of the key-value table; without it the table is lost when the nameserver stops. Apache: kvConfigPath. */
  kvConfigPath?: string | undefined
  /**
   * A broker is dropped after this time of silence, 120,000 ms, unless it registered with a timeout of its own. Apache:
   * RouteInfoManager.
   */
  brokerExpiryMs?: number | undefined
  /** Routes carry the order configuration of their topic. False by default. Apache: orderMessageEnable. */
  orderTopics?: boolean | undefined
  /**
   * Sends the order configuration to brokers that register. True by default. Apache: returnOrderTopicConfigToBroker.
   */
  sendOrderTopics?: boolean | undefined
  /**
   * A slave takes the master's place in routes when the master is gone. False by default. Apache: supportActingMaster.
   */
  allowActingMaster?: boolean | undefined
  /** Answers requests for the list of all topics. True by default. Apache: enableAllTopicList. */
  listAllTopics?: boolean | undefined
  /** Answers requests for the topics of a cluster, or of one kind. True by default. Apache: enableTopicList. */
  listTopics?: boolean | undefined
  /**
   * Removes the topics that a broker's registration no longer names from that broker. False by default. Apache:
   * deleteTopicWithBrokerRegistration.
   */
  dropMissingTopics?: boolean | undefined
}

export const nameserverOptionsSchema = z.strictObject({
  host: text().default('0.0.0.0'),
  port: port().default(9876),
  kvConfigPath: text().optional(),
  brokerExpiryMs: z.int().min(1000).max(86_400_000).default(120_000),
  orderTopics: flag().default(false),
  sendOrderTopics: flag().default(true),
  allowActingMaster: flag().default(false),
  listAllTopics: flag().default(true),
  listTopics: flag().default(true),
  dropMissingTopics: flag().default(false),
})

/** The options a nameserver runs with. */
export type NameserverConfig = ConfigOf<NameserverConfigInput, 'kvConfigPath'>

/** What `Nameserver.start` takes. */
export interface NameserverOptions extends NameserverConfigInput {
  /** The system's unless given; tests pass a `ManualClock`. */
  clock?: Clock | undefined
  /** Where the nameserver logs to; nowhere unless given. */
  logger?: Logger | undefined
  /** The disk; Node's unless given. */
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
export function parseNameserverOptions(options: NameserverConfigInput): NameserverConfig {
  return parseOptions(nameserverOptionsSchema, options, {
    subject: 'nameserver options',
    nameHere: (name) => optionsByApacheName.get(name),
  })
}
