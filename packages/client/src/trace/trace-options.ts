import { checkValue, option, z } from '@rocketeer/foundation'
import { isClosedToClients, SystemTopic, topicNameProblem } from '@rocketeer/protocol'

/** What `connect({ trace: … })` takes besides `true`. */
export interface TraceOptions {
  /** Where the trace goes, `RMQ_SYS_TRACE_TOPIC`; brokers create that with `createTraceTopic`. Apache: traceTopic. */
  topic?: string | undefined
  /** The number of waiting entries at which they are sent without waiting any longer, 10. Apache: traceMsgBatchNum. */
  batchSize?: number | undefined
  /** The longest an entry waits, 5,000 ms. Apache: AsyncTraceDispatcher.flushTraceInterval. */
  flushIntervalMs?: number | undefined
  /** The most bytes of waiting entries, 4 MiB; further entries are dropped. Apache has room for 2048 entries. */
  waitingBytesMax?: number | undefined
  /** How long `close` waits for brokers to take the rest, 5,000 ms. Apache: AsyncTraceDispatcher.WAIT_FOR_SHUTDOWN. */
  closeTimeoutMs?: number | undefined
}

export const traceOptionsSchema = z.strictObject(
  {
    topic: z
      .string()
      .refine((topic) => topicNameProblem(topic) === undefined && !isClosedToClients(topic), {
        message: 'a topic that clients may send to is needed',
      })
      .default(SystemTopic.TRACE),
    batchSize: z.int().positive().max(1_000).default(10),
    flushIntervalMs: option.milliseconds().default(5_000),
    waitingBytesMax: z
      .int()
      .min(64 * 1024)
      .default(4 * 1024 * 1024),
    closeTimeoutMs: option.wait().default(5_000),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'true, false or an object with options is needed' : undefined,
  },
)

export type TraceConfig = Readonly<z.output<typeof traceOptionsSchema>>

/** `true`: with the defaults. Undefined when nothing is traced. */
export const traceOption = z
  .custom<boolean | TraceOptions>()
  .default(false)
  .transform((value, context): TraceConfig | undefined => {
    if (value === false) return undefined
    const parsed = checkValue(traceOptionsSchema, value === true ? {} : value)
    if (parsed.success) return Object.freeze(parsed.data)
    for (const issue of parsed.error.issues)
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue)
    return z.NEVER
  })
