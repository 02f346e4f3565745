import { type Clock, option, systemClock, z } from '@rocketeer/foundation'

/** What `spreadBacklog` takes. */
export interface SpreadOptions {
  /** The group that is behind. Its members must not consume `topic` meanwhile, but `to`. */
  group: string
  /** The narrow topic. */
  topic: string
  /** The wide topic, made if it is not there; `<topic>_wide` by default. */
  to?: string | undefined
  /** Queues of the wide topic on all brokers together, 64. */
  queues?: number | undefined
  /**
   * True, the default: messages of one order key, or else of one key, or else of one queue, stay in order. False: any queue
   * will do, which is faster.
   */
  keepOrder?: boolean | undefined
  /** True: goes on with what arrives until it is closed. False, the default: `done` resolves at the end of today's. */
  follow?: boolean | undefined
  clock?: Clock | undefined
  /** Aborting it closes the spreader. */
  signal?: AbortSignal | undefined
}

export const spreadSchema = z
  .strictObject({
    group: z.string(),
    topic: z.string(),
    to: z.string().optional(),
    queues: option.count().max(1024).default(64),
    keepOrder: z.boolean().default(true),
    follow: z.boolean().default(false),
    clock: option.clock().default(systemClock),
    signal: z.instanceof(AbortSignal).optional(),
  })
  .transform((options) => ({ ...options, to: options.to ?? wideTopicOf(options.topic) })) satisfies z.ZodType<
  unknown,
  SpreadOptions
>

export type SpreadConfig = Readonly<z.output<typeof spreadSchema>>

/** A topic cannot have a point in its name. */
export function wideTopicOf(topic: string): string {
  return `${topic}_wide`
}

/** The group by which forwarders share the queues of the narrow topic. */
export function spreadGroupOf(group: string): string {
  return `${group}-spread`
}
