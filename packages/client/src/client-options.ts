import { type FileSystem, nodeFileSystem } from '@rocketeer/files'
import { type Clock, systemClock, z } from '@rocketeer/foundation'
import { ownAddress } from './messages/unique-id.js'
import { traceOption } from './trace/trace-options.js'

const clock = z.custom<Clock>(
  (value) => typeof (value as Clock | undefined)?.now === 'function',
  'a Clock is needed',
)

/** `['a:9876', 'b:9876']` or Java's `'a:9876;b:9876'`. */
const nameservers = z
  .union([z.string(), z.array(z.string())])
  .transform((value) =>
    (typeof value === 'string' ? value.split(/[;,]/) : [...value])
      .map((address) => address.trim())
      .filter(Boolean),
  )
  .pipe(
    z
      .array(z.string().regex(/^.+:\d{1,5}$/, 'an address is host:port, for example 127.0.0.1:9876'))
      .min(1, 'at least one address is needed, for example "127.0.0.1:9876"'),
  )

export const clientOptionsSchema = z.strictObject({
  /** Where the nameservers are; one reachable of several is enough. */
  nameservers,
  /** How brokers tell this client from others; unique unless given. Apache: `ip@instanceName`. */
  clientId: z.string().min(1).optional(),
  /** The part of the client id behind the address, when no whole `clientId` is given. */
  instanceName: z.string().min(1).optional(),
  /** How long a request may take that has no timeout of its own. */
  requestTimeoutMs: z.int().positive().default(3_000),
  /** How long making a connection may take. */
  connectTimeoutMs: z.int().positive().default(3_000),
  /** How often known routes are asked for again. Apache: ClientConfig.pollNameServerInterval. */
  pollRouteIntervalMs: z.int().positive().default(30_000),
  /** How often brokers hear of our groups; they forget a client after 120 s. Apache: heartbeatBrokerInterval. */
  heartbeatIntervalMs: z.int().positive().default(30_000),
  /** How request headers are written; brokers of 4.x and 5.x know both. */
  serialization: z.enum(['json', 'rocketmq']).default('rocketmq'),
  /** Notes what its producers and consumers do with messages in the trace topic. Apache: enableTrace. */
  trace: traceOption,
  /** Time for everything but socket timeouts; tests pass a `ManualClock`. */
  clock: clock.default(systemClock),
  /** Chooses where to begin with queues, brokers and nameservers: from 0 to below 1, as Math.random; tests pass a seeded one. */
  random: z
    .custom<() => number>((value) => typeof value === 'function', 'a function is needed')
    .default(() => Math.random),
  /** The disk that keeps the offsets of broadcasting consumers. */
  files: z.custom<FileSystem>().default(nodeFileSystem),
})

/** What `connect` takes. */
export type ClientOptions = z.input<typeof clientOptionsSchema>
export type ClientConfig = Readonly<z.output<typeof clientOptionsSchema>>

let clients = 0

/** Apache: ClientConfig.buildMQClientId, where the instance name is `pid#nanoTime`. */
export function clientIdOf(config: ClientConfig): string {
  if (config.clientId !== undefined) return config.clientId
  const instance = config.instanceName ?? `${process.pid}#${Date.now().toString(36)}${clients++}`
  return `${ownAddress()}@${instance}`
}

/** What stays the same when the program runs again. Apache: broadcasting consumers keep the instance name DEFAULT. */
export function localIdOf(config: ClientConfig): string {
  return config.clientId ?? `${ownAddress()}@${config.instanceName ?? 'DEFAULT'}`
}
