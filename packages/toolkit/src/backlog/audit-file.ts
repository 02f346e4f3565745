import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Message, MessageQueue } from '@rocketeer/client'
import { checked, messageOf, z } from '@rocketeer/foundation'
import { toolkitErrors } from '../errors.js'

/** The first line of an audit file: what was to be discarded, and where the group was before. */
export interface DiscardPlan {
  type: 'discard'
  version: 1
  group: string
  topic: string
  /** When it began, as an ISO date. */
  at: string
  /** Only messages stored before this time were discarded, as an ISO date; null: all there were. */
  olderThan: string | null
  queues: {
    queue: MessageQueue
    /** Where the group was; null where it had no offset. */
    before: number | null
    /** The first message that was discarded. */
    from: number
    /** One more than the last. */
    to: number
  }[]
}

const planSchema = z.object({
  type: z.literal('discard'),
  version: z.literal(1),
  group: z.string(),
  topic: z.string(),
  at: z.string(),
  olderThan: z.string().nullable(),
  queues: z.array(
    z.object({
      queue: z.object({ topic: z.string(), brokerName: z.string(), queueId: z.int().min(0) }),
      before: z.int().min(0).nullable(),
      from: z.int().min(0),
      to: z.int().min(0),
    }),
  ),
}) satisfies z.ZodType<DiscardPlan>

/** The line of a discarded message. */
export interface DiscardedMessage {
  readonly type: 'message'
  readonly messageId: string
  readonly keys: readonly string[]
  readonly tag: string | undefined
  readonly queue: MessageQueue
  readonly queueOffset: number
  /** ISO date of the broker's clock. */
  readonly storedAt: string
  readonly properties: Readonly<Record<string, string>>
  /** Base64; only where it was asked for. */
  readonly body?: string | undefined
}

/**
 * The file that says what was discarded, a JSON object in each line: the plan, the messages, and at the end that the
 * offsets were moved. It is flushed to the disk before any offset moves.
 */
export class AuditFile {
  readonly #file: FileHandle

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Rejects with `AUDIT_EXISTS` when the file exists: it may be the only record of another discard. */
  static async create(path: string, plan: DiscardPlan): Promise<AuditFile> {
    const file = await open(path, 'wx').catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? toolkitErrors.AUDIT_EXISTS({ file: path }, error) : error
    })
    const audit = new AuditFile(file)
    await audit.#write([plan])
    return audit
  }

  addMessages(messages: readonly Message[], withBody: boolean): Promise<void> {
    return this.#write(messages.map((message) => lineOf(message, withBody)))
  }

  /** Resolves when the disk has everything. */
  flush(): Promise<void> {
    return this.#file.sync()
  }

  async end(messages: number): Promise<void> {
    await this.#write([{ type: 'moved', messages, at: new Date().toISOString() }])
    await this.flush()
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  async #write(lines: readonly object[]): Promise<void> {
    if (lines.length > 0)
      await this.#file.appendFile(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  }
}

function lineOf(message: Message, withBody: boolean): DiscardedMessage {
  const { messageId, keys, tag, queue, queueOffset, storeTimestamp, properties } = message
  return {
    type: 'message',
    messageId,
    keys,
    tag,
    queue,
    queueOffset,
    storedAt: new Date(storeTimestamp).toISOString(),
    properties,
    ...(withBody && { body: message.body.toString('base64') }),
  }
}

/** The plan of an audit file, of which only the first line is read. Rejects with `AUDIT_INVALID`. */
export async function readPlan(file: string): Promise<DiscardPlan> {
  const input = createReadStream(file, { encoding: 'utf8', end: PLAN_BYTES_MAX })
  // The lines are read before an error of the stream can be heard.
  const failed = new Promise<never>((_, reject) => input.once('error', reject))
  const first = async () => {
    for await (const line of createInterface({ input })) return line
    return ''
  }
  try {
    return checked(planSchema, JSON.parse(await Promise.race([first(), failed])))
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    const problem = isMissing ? 'there is no such file' : messageOf(error)
    throw toolkitErrors.AUDIT_INVALID({ file, problem }, error)
  } finally {
    input.destroy()
  }
}

/** A plan of a thousand queues has 200 KB. */
const PLAN_BYTES_MAX = 16 * 1024 * 1024
