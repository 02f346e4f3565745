import { hostname } from 'node:os'
import { option, z } from '@rocketeer/foundation'
import { between, DAY_MS, name } from './option-rules.js'

const ADVERTISED = /^(\[[0-9a-fA-F:.%]+\]|[^\s:;,[\]]+)(:\d{1,5})?$/

/** The name `room@broker` leaves the broker to consumers of that machine room. Apache: AllocateMessageQueueByMachineRoom. */
const brokerName = z
  .string()
  .regex(/^[%|a-zA-Z0-9._@-]{1,255}$/, 'only letters, digits, "_", "-", ".", "%" and "@" may be used')

/** Who the broker is and how it is reached. Apache: BrokerIdentity, BrokerConfig, NettyServerConfig. */
export const identityOptions = {
  /** Brokers of one cluster share topics and groups. Apache: brokerClusterName. */
  clusterName: name().default('DefaultCluster'),
  /** Unique in the cluster; the name of the machine unless given. Apache: brokerName. */
  brokerName: brokerName.default(hostname().replace(/[^a-zA-Z0-9._-]/g, '-') || 'DEFAULT_BROKER'),
  /** 0 is a master. Apache: brokerId. */
  brokerId: z.literal(0, 'only 0 (a master) is supported: this broker has no slaves yet').default(0),
  /** Apache: brokerRole. */
  brokerRole: z.literal('ASYNC_MASTER', 'only ASYNC_MASTER is supported').default('ASYNC_MASTER'),
  /** Address to listen on; `0.0.0.0` is every IPv4 address of the machine. Apache: bindAddress. */
  host: option.text().default('0.0.0.0'),
  /** Port to listen on; 0 takes a free one. Apache: listenPort. */
  port: option.port().default(10_911),
  /** The address clients are told to use; `advertise` wins over it and may name another port as well. Apache: brokerIP1. */
  advertisedHost: option.text().optional(),
  /** `host` or `host:port` that clients are told to use (behind NAT, or a mapped container port). Apache has no such option. */
  advertise: z.string().regex(ADVERTISED, 'host or host:port is needed').optional(),
  /** `host:port` of the nameservers to register with, as a list or as `a:9876;b:9876`. Apache: namesrvAddr. */
  nameservers: option.addresses().default([]),
  /** Time between two registrations, each of which confirms the routes. Apache: registerNameServerPeriod. */
  registerIntervalMs: between(10_000, 60_000).default(30_000),
  /** How long a nameserver may take to answer a registration. Apache: registerBrokerTimeoutMills. */
  registerTimeoutMs: option.milliseconds().max(DAY_MS).default(24_000),
  /** Registers topics in several requests, for when one would be longer than nameservers take. Apache: enableSplitRegistration. */
  splitRegistration: option.flag().default(false),
  /** Topics per such request, at least 2: nameservers refuse a single one of a broker they do not know. Apache: splitRegistrationSize. */
  splitRegistrationTopicsMax: between(2, 1_000_000).default(800),
}
