import { hostname } from 'node:os'
import { option, z } from '@rocketeer/foundation'
import { reviveTopicOf, TOPIC_CHARACTERS_MAX } from '@rocketeer/protocol'
import { between, DAY_MS, name, nameOf } from './option-rules.js'

/** Who the broker is and how it is reached. Apache: BrokerIdentity, BrokerConfig, NettyServerConfig. */
export interface IdentityOptions {
  /** Brokers of one cluster share topics and groups, `'DefaultCluster'`. Apache: brokerClusterName. */
  clusterName?: string | undefined
  /** Unique in the cluster; the name of the machine unless given. Apache: brokerName. */
  brokerName?: string | undefined
  /** 0, the default, is a master; there are no others yet. Apache: brokerId. */
  brokerId?: 0 | undefined
  /** `'ASYNC_MASTER'`, the only one there is. Apache: brokerRole. */
  brokerRole?: 'ASYNC_MASTER' | undefined
  /** Address to listen on; `'0.0.0.0'`, the default, is every IPv4 address of the machine. Apache: bindAddress. */
  host?: string | undefined
  /** Port to listen on, 10,911; 0 takes a free one. Apache: listenPort. */
  port?: number | undefined
  /**
   * Also listens at `port` − 2, where clients and mqadmin up to 4.5.0 send and administer by default; true unless given.
   * When `port` is 0 and no free pair of ports is found, it does without. Not in Apache, whose broker always does.
   */
  vipChannel?: boolean | undefined
  /**
   * The address clients are told to use, one of this machine's unless given; `advertise` wins over it and may name
   * another port as well. Apache: brokerIP1.
   */
  advertisedHost?: string | undefined
  /** `host` or `host:port` that clients are told to use (behind NAT, or a mapped container port). Not in Apache. */
  advertise?: string | undefined
  /**
   * Nameservers to register with, `['a:9876', 'b:9876']` or `'a:9876;b:9876'`; none by default. Apache: namesrvAddr.
   */
  nameservers?: string | string[] | undefined
  /**
   * Time between two registrations, each of which confirms the routes, 30,000 ms. Apache: registerNameServerPeriod.
   */
  registerIntervalMs?: number | undefined
  /** How long a nameserver may take to answer a registration, 24,000 ms. Apache: registerBrokerTimeoutMills. */
  registerTimeoutMs?: number | undefined
  /**
   * Registers topics in several requests, for when one would be longer than nameservers take. False by default.
   * Apache: enableSplitRegistration.
   */
  splitRegistration?: boolean | undefined
  /**
   * Topics per such request, 800; at least 2, since nameservers refuse a single one of a broker they do not know.
   * Apache: splitRegistrationSize.
   */
  splitRegistrationTopicsMax?: number | undefined
}

const ADVERTISED = /^(\[[0-9a-fA-F:.%]+\]|[^\s:;,[\]]+)(:\d{1,5})?$/

/** The name `room@broker` leaves the broker to consumers of that machine room. Apache: AllocateMessageQueueByMachineRoom. */
const brokerName = nameOf(
  /^[%|a-zA-Z0-9._@-]*$/,
  'letters, digits, "_", "-", ".", "|", "%" and "@"',
  TOPIC_CHARACTERS_MAX,
  'it is the name of a topic, too',
)

const CLUSTER_CHARACTERS_MAX = TOPIC_CHARACTERS_MAX - reviveTopicOf('').length

export const identityOptionsShape = {
  clusterName: name(
    CLUSTER_CHARACTERS_MAX,
    `the name of the topic ${reviveTopicOf('<clusterName>')} may have ${TOPIC_CHARACTERS_MAX}`,
  ).default('DefaultCluster'),
  brokerName: brokerName.default(hostname().replace(/[^a-zA-Z0-9._-]/g, '-') || 'DEFAULT_BROKER'),
  brokerId: z.literal(0, 'only 0 (a master) is supported: this broker has no slaves yet').default(0),
  brokerRole: z.literal('ASYNC_MASTER', 'only ASYNC_MASTER is supported').default('ASYNC_MASTER'),
  host: option.text().default('0.0.0.0'),
  port: option.port().default(10_911),
  vipChannel: option.flag().default(true),
  advertisedHost: option.text().optional(),
  advertise: z.string().regex(ADVERTISED, 'host or host:port is needed').optional(),
  nameservers: option.addresses().default([]),
  registerIntervalMs: between(10_000, 60_000).default(30_000),
  registerTimeoutMs: option.milliseconds().max(DAY_MS).default(24_000),
  splitRegistration: option.flag().default(false),
  splitRegistrationTopicsMax: between(2, 1_000_000).default(800),
}
