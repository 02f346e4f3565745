import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { type Clock, option, systemClock, z } from '@rocketeer/foundation'
import { ownAddress } from './messages/unique-id.js'
import { type TraceOptions, traceOption } from './trace/trace-options.js'

const { milliseconds, text } = option

/** What `connect` takes. */
export interface ClientOptions {
  /** Where the nameservers are, `['a:9876', 'b:9876']` or `'a:9876;b:9876'`; one reachable of several is enough. */
  nameservers: string | string[]
  /**
   * How brokers tell this client from all others, those in other processes too; unique unless given, so leave it out.
   * It is not the name of the application: two clients with one id get the same queues and handle every message twice.
   * Apache: `ip@instanceName`.
   */
  clientId?: string | undefined
  /**
   * The part of the client id behind the address, when no whole `clientId` is given. Processes of one host that
   * broadcast need one each, the same at every start: it names their file of offsets. Apache: `instanceName`.
   */
  instanceName?: string | undefined
  /**
   * How long `connect` waits for a nameserver that answers, 0 ms: a program may start before its cluster. A problem says
   * once what it waits for.
   */
  waitMs?: number | undefined
  /**
   * Lets `connect` resolve although no nameserver answers within `waitMs`, false by default: a producer with a journal works
   * without its cluster from the start. A problem says what was asked in vain; everything else waits or fails until one
   * answers.
   */
  startOffline?: boolean | undefined
  /** Timeout of requests that have none of their own, 3,000 ms. */
  requestTimeoutMs?: number | undefined
  /**
   * How long connecting may take, 1,500 ms: half of a producer's `sendTimeoutMs`, so that behind an address that swallows
   * everything there is time for another one.
   */
  connectTimeoutMs?: number | undefined
  /**
   * A broker or nameserver that has sent nothing for this time while a request waits for its answer is asked for a sign of
   * life, 15,000 ms; at once when a request has timed out.
   */
  probeAfterMs?: number | undefined
  /** The connection is given up, and a new one made, when no sign of life comes within this time, 5,000 ms. */
  probeTimeoutMs?: number | undefined
  /** How often the routes in use are refreshed, 30,000 ms. Apache: ClientConfig.pollNameServerInterval. */
  pollRouteIntervalMs?: number | undefined
  /**
   * How often brokers are told of this client's groups, 30,000 ms; they forget a client after 120 s. Apache:
   * heartbeatBrokerInterval.
   */
  heartbeatIntervalMs?: number | undefined
  /** How request headers are written, `'rocketmq'` (binary) by default; brokers of 4.x and 5.x know both. */
  serialization?: 'json' | 'rocketmq' | undefined
  /**
   * Records in the trace topic what producers and consumers do with messages, false by default. Apache: enableTrace.
   */
  trace?: boolean | TraceOptions | undefined
  /** The clock of everything except network timeouts; tests pass a `ManualClock`. */
  clock?: Clock | undefined
  /**
   * A source of random numbers like `Math.random`, the default: it chooses the queue, broker or nameserver to begin
   * with. Tests pass a seeded one.
   */
  random?: (() => number) | undefined
  /** The disk that keeps the offsets of broadcasting consumers. */
  files?: FileSystem | undefined
}

export const clientOptionsSchema = z.strictObject({
  nameservers: option
    .addresses()
    .refine((list) => list.length > 0, 'at least one address is needed, for example "127.0.0.1:9876"'),
  clientId: text().optional(),
  instanceName: text().optional(),
  waitMs: z.int().min(0).default(0),
  startOffline: option.flag().default(false),
  requestTimeoutMs: milliseconds().default(3_000),
  connectTimeoutMs: milliseconds().default(1_500),
  probeAfterMs: milliseconds().default(15_000),
  probeTimeoutMs: milliseconds().default(5_000),
  pollRouteIntervalMs: milliseconds().default(30_000),
  heartbeatIntervalMs: milliseconds().default(30_000),
  serialization: z.enum(['json', 'rocketmq']).default('rocketmq'),
  trace: traceOption,
  clock: option.clock().default(systemClock),
  random: z
    .custom<() => number>((value) => typeof value === 'function', 'a function is needed')
    .default(() => Math.random),
  files: z.custom<FileSystem>().default(nodeFileSystem),
})

export type ClientConfig = Readonly<z.output<typeof clientOptionsSchema>>

let clients = 0

/** Apache: ClientConfig.buildMQClientId, where the instance name is `pid#nanoTime`. */
export function clientIdOf(config: ClientConfig): string {
  if (config.clientId !== undefined) return config.clientId
  const instance = config.instanceName ?? `${process.pid}#${Date.now().toString(36)}${clients++}`
  return `${ownAddress()}@${instance}`
}

/**
 * Names this client's local files, so it is the same each time the program runs. Apache: broadcasting consumers keep
 * the instance name DEFAULT.
 */
export function localIdOf(config: ClientConfig): string {
  return config.clientId ?? `${ownAddress()}@${config.instanceName ?? 'DEFAULT'}`
}
