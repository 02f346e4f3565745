import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger } from '@rocketeer/foundation'
import { findProperty, type MessageRecord, PropertyName } from '@rocketeer/protocol/record'
import { destinationOf } from '../messages/destination.js'
import { ConfigFile, readConfigFile } from './config-file.js'

/** The newest that are kept; older ones are counted. */
const MESSAGES_MAX = 100

/** A message that cannot go on, and where it lies. */
export interface SetAsideMessage {
  /** What could not be done with it. */
  readonly step: 'delay level' | 'delivery time' | 'transaction' | 'retry' | 'pop'
  readonly reason: string
  /** The topic it was sent to, or the one it lies in when it does not say so. */
  readonly topic: string
  readonly group?: string | undefined
  /** Its unique key. */
  readonly messageId?: string | undefined
  /** The topic, queue and place in the log that it lies in; -1 for what only the consumer knows that gave it back. */
  readonly storedIn: string
  readonly queueId: number
  readonly queueOffset: number
  readonly physicalOffset: number
}

/** `at`: when it was set aside, milliseconds since the epoch. */
type NotedMessage = SetAsideMessage & { readonly at: number }

interface Content {
  readonly count: number
  readonly messages: readonly NotedMessage[]
}

export interface SetAsideNeeds {
  /** The broker's root directory; the file is `config/setAside.json` in it. Apache has no such file. */
  readonly directory: string
  readonly files: FileSystem
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Messages that were passed over, so that nothing stands still behind them: no copy of them can be stored, and that will
 * not change. They stay where they lie until their file of the log expires, and operators see them.
 */
export class SetAside {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #file: ConfigFile
  #count: number
  /** The newest last. */
  #messages: readonly NotedMessage[]

  /** Throws `CONFIG_FILE_BROKEN`. */
  static async open(needs: SetAsideNeeds): Promise<SetAside> {
    const path = join(needs.directory, 'config', 'setAside.json')
    const decode = (text: Buffer) => JSON.parse(text.toString()) as Content
    return new SetAside(path, needs, await readConfigFile({ ...needs, path, decode }))
  }

  private constructor(path: string, { files, clock, logger }: SetAsideNeeds, content: Content | undefined) {
    this.#clock = clock
    this.#logger = logger
    this.#count = content?.count ?? 0
    this.#messages = content?.messages ?? []
    this.#file = new ConfigFile({ files, path, encode: () => this.#encode() })
  }

  /** How many there were since the directory was made. */
  get count(): number {
    return this.#count
  }

  /** The newest of them, oldest first. */
  get messages(): readonly NotedMessage[] {
    return this.#messages
  }

  /**
   * Resolves when it is noted for good: only then may whoever waits behind the message go on. One that was noted before,
   * by a broker that was killed directly afterwards, does not count twice. Rejects with `CONFIG_FILE_NOT_SAVED`.
   */
  async add(message: SetAsideMessage): Promise<void> {
    if (!this.#messages.some((noted) => isSame(noted, message))) {
      this.#logger.error({ ...message }, 'a message cannot go on and is set aside')
      this.#count++
      this.#messages = [...this.#messages, { ...message, at: this.#clock.now() }].slice(-MESSAGES_MAX)
    }
    await this.#file.save()
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#file.close()
  }

  #encode(): string {
    return JSON.stringify({ count: this.#count, messages: this.#messages }, null, '\t')
  }
}

function isSame(one: SetAsideMessage, other: SetAsideMessage): boolean {
  return (
    one.step === other.step &&
    one.group === other.group &&
    one.messageId === other.messageId &&
    one.storedIn === other.storedIn &&
    one.queueId === other.queueId &&
    one.queueOffset === other.queueOffset &&
    one.physicalOffset === other.physicalOffset
  )
}

/** What is noted of a record that is set aside. */
export function whereItLies(record: MessageRecord): Omit<SetAsideMessage, 'step' | 'reason'> {
  return {
    topic: destinationOf(record.properties)?.topic ?? record.topic,
    messageId: findProperty(record.properties, PropertyName.UNIQUE_KEY),
    storedIn: record.topic,
    queueId: record.queueId,
    queueOffset: record.queueOffset,
    physicalOffset: record.physicalOffset,
  }
}
