import { checkValue, option, z } from '@rocketeer/foundation'

/** Where a producer keeps messages while no broker takes them, and how much. */
export interface JournalOptions {
  /** The directory, of this producer alone; it is made when it is missing. On a local disk. */
  directory: string
  /**
   * How long all its files together may be, 256 MiB; what finds no room then is refused with `JOURNAL_FULL`. Each message
   * that waits takes some 100 bytes of memory, too.
   */
  bytesMax?: number | undefined
  /** How many messages per second it delivers at most, `Infinity`. */
  deliveriesPerSecondMax?: number | undefined
  /**
   * How long a message is tried that brokers refuse for a reason that may pass, such as a topic that does not exist,
   * 600,000 ms; then it is set aside, so that those behind it get their turn.
   */
  setAsideAfterMs?: number | undefined
}

export const journalOptionsSchema = z.strictObject(
  {
    directory: option.text(),
    bytesMax: z
      .int()
      .min(64 * 1024)
      .default(256 * 1024 * 1024),
    deliveriesPerSecondMax: option.orNever(z.number().positive()).default(Number.POSITIVE_INFINITY),
    setAsideAfterMs: option.milliseconds().default(600_000),
  },
  {
    error: ({ code }) =>
      code === 'invalid_type' ? 'a directory is needed, or an object with options' : undefined,
  },
)

export type JournalConfig = Readonly<z.output<typeof journalOptionsSchema>>

/** A text is the directory. */
export const journalOption = z
  .custom<string | JournalOptions>()
  .transform((value, context): JournalConfig => {
    const parsed = checkValue(journalOptionsSchema, typeof value === 'string' ? { directory: value } : value)
    if (parsed.success) return Object.freeze(parsed.data)
    for (const issue of parsed.error.issues)
      context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue)
    return z.NEVER
  })
