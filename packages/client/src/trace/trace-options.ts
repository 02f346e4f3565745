import { z } from '@rocketeer/foundation'
import { isClosedToClients, SystemTopic, topicNameProblem } from '@rocketeer/protocol'

const traceOptionsSchema = z.strictObject({
  /** Where the trace goes; brokers create RocketMQ's own with `traceTopicEnable`. Apache: traceTopic. */
  topic: z
    .string()
    .refine((topic) => topicNameProblem(topic) === undefined && !isClosedToClients(topic), {
      message: 'a topic that clients may send to is needed',
    })
    .default(SystemTopic.TRACE),
  /** So many waiting entries are sent at once, without waiting any longer. Apache: traceMsgBatchNum. */
  batchSize: z.int().positive().max(1_000).default(10),
  /** The longest an entry waits. Apache: AsyncTraceDispatcher.flushTraceInterval. */
  flushIntervalMs: z.int().positive().default(5_000),
  /** Entries waiting, in bytes; what comes on top is dropped. Apache has room for 2048 entries. */
  waitingBytesMax: z
    .int()
    .min(64 * 1024)
    .default(4 * 1024 * 1024),
  /** How long `close` waits for brokers to take the rest. Apache: AsyncTraceDispatcher.WAIT_FOR_SHUTDOWN. */
  closeTimeoutMs: z.int().min(0).default(5_000),
})

/** What `connect({ trace: … })` takes besides `true`. */
export type TraceOptions = z.input<typeof traceOptionsSchema>
export type TraceConfig = Readonly<z.output<typeof traceOptionsSchema>>

/** `true`: with the defaults. Undefined when nothing is traced. */
export const traceOption = z
  .custom<boolean | TraceOptions>()
  .default(false)
  .transform((value, context): TraceConfig | undefined => {
    if (value === false) return undefined
    const parsed = traceOptionsSchema.safeParse(value === true ? {} : value)
    if (parsed.success) return Object.freeze(parsed.data)
    for (const { message, path } of parsed.error.issues)
      context.issues.push({ code: 'custom', message, path, input: value })
    return z.NEVER
  })
