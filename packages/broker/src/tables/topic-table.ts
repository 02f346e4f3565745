import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import { type Clock, type Logger, messageOf } from '@rocketeer/foundation'
import { isInheritable, isSystemTopic, Permission, SystemTopic } from '@rocketeer/protocol'
import { type DataVersion, type TopicConfig, TopicConfigSerializeWrapper } from '@rocketeer/protocol/bodies'
import { readConfigFile } from './config-file.js'
import { ConfigTable } from './config-table.js'
import { autoCreateTemplate, systemTopics, type TopicOptions } from './system-topics.js'
import { topicConfig } from './topic-config.js'

export interface TopicTableNeeds {
  /** The broker's root directory; the file is `config/topics.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: { readonly current: TopicOptions; onUpdate(listener: () => void): void }
  readonly clock: Clock
  readonly logger: Logger
}

/**
 * Gets the topics that changed, or `undefined` when it must look at all of them (a topic was deleted). Administrators are
 * answered only when what the listener returns has resolved, so that a topic they created has a route.
 */
export type TopicListener = (changed: readonly TopicConfig[] | undefined) => unknown

/** What a client asks of a topic that is created by its first message. */
export interface TopicTemplate {
  /** The topic whose configuration it takes over. */
  readonly defaultTopic: string
  readonly queueNumsMax: number
  readonly topicSysFlag?: number
}

/** All topics of this broker; their configurations are replaced, never changed in place. Apache: TopicConfigManager. */
export class TopicTable {
  readonly #table: ConfigTable<TopicConfig>
  readonly #config: TopicTableNeeds['config']
  readonly #logger: Logger
  readonly #ownSystemTopics = new Set<string>()
  readonly #listeners: TopicListener[] = []

  /** Throws `CONFIG_FILE_BROKEN` when neither topics.json nor its backup can be read. */
  static async open(needs: TopicTableNeeds): Promise<TopicTable> {
    const path = join(needs.directory, 'config', 'topics.json')
    const content = await readConfigFile({ ...needs, path, decode: TopicConfigSerializeWrapper.decode })
    const table = new TopicTable(path, needs)
    if (content) table.#table.fill(content.topicConfigTable, content.dataVersion)
    table.#followAutoCreate()
    needs.config.onUpdate(() => table.#followAutoCreate())
    return table
  }

  private constructor(path: string, needs: TopicTableNeeds) {
    this.#config = needs.config
    this.#logger = needs.logger
    this.#table = new ConfigTable({
      ...needs,
      path,
      encode: ({ version, configs }) =>
        TopicConfigSerializeWrapper.encode({ dataVersion: version, topicConfigTable: configs }),
    })
    const own = systemTopics(needs.config.current)
    for (const { topicName } of own) this.#ownSystemTopics.add(topicName)
    this.#table.fill(own.map((config) => [config.topicName, config]))
  }

  /** Grows with every change; nameservers compare it with what they know. */
  get dataVersion(): DataVersion {
    return this.#table.version
  }

  get(topic: string): TopicConfig | undefined {
    return this.#table.get(topic)
  }

  has(topic: string): boolean {
    return this.#table.get(topic) !== undefined
  }

  /** In the order they were created. */
  all(): ReadonlyMap<string, TopicConfig> {
    return this.#table.configs
  }

  /** `listener` is called after every change, once it is visible. */
  onChange(listener: TopicListener): void {
    this.#listeners.push(listener)
  }

  /** System topics must not be created, changed or deleted by administration. */
  isSystemTopic(topic: string): boolean {
    return this.#ownSystemTopics.has(topic) || isSystemTopic(topic)
  }

  systemTopicNames(): string[] {
    return [...new Set<string>([...Object.values(SystemTopic), ...this.#ownSystemTopics])]
  }

  /**
   * The topic a first message goes to: `defaultTopic`'s permissions, and its queue count or the client's where that is
   * smaller. `undefined` when the template is missing or may not be inherited from. Resolves when topics.json has it,
   * so an acknowledged message is never in a topic a restarted broker does not know.
   * Apache: TopicConfigManager.createTopicInSendMessageMethod.
   */
  createFromTemplate(
    topic: string,
    { defaultTopic, queueNumsMax, topicSysFlag = 0 }: TopicTemplate,
  ): Promise<TopicConfig | undefined> {
    const template = this.#table.get(defaultTopic)
    const allowed = defaultTopic !== SystemTopic.AUTO_CREATE || this.#config.current.autoCreateTopics
    if (!template || !isInheritable(template.perm) || !allowed) return Promise.resolve(this.#table.get(topic))
    const queueNums = Math.max(0, Math.min(queueNumsMax, template.writeQueueNums))
    return this.#create(
      topicConfig(topic, {
        readQueueNums: queueNums,
        writeQueueNums: queueNums,
        perm: template.perm & ~Permission.INHERIT,
        topicSysFlag,
        topicFilterType: template.topicFilterType,
      }),
    )
  }

  /**
   * A topic that the broker needs itself, for retries, dead letters or parked transactions. It is created when it is
   * missing; an existing one takes over `order` only. Apache: TopicConfigManager.createTopicInSendMessageBackMethod.
   */
  async ensureTopic(
    topic: string,
    queueNums: number,
    { order = false, topicSysFlag = 0 }: { order?: boolean; topicSysFlag?: number } = {},
  ): Promise<TopicConfig> {
    const present = this.#table.get(topic)
    if (!present) {
      return this.#create(
        topicConfig(topic, {
          readQueueNums: queueNums,
          writeQueueNums: queueNums,
          perm: Permission.READ | Permission.WRITE,
          order,
          topicSysFlag,
        }),
      )
    }
    if (present.order === order) return present
    const changed = { ...present, order }
    await this.put([changed])
    return changed
  }

  async #create(config: TopicConfig): Promise<TopicConfig> {
    const known = this.#table.get(config.topicName)
    if (known) return known
    const added = await this.#table.add(config.topicName, config)
    // Senders that waited for the same write share one topic; the one whose configuration it is tells the listeners.
    if (added === config) {
      this.#logger.info({ topic: config.topicName, config }, 'topic created')
      this.#tell([config])
    }
    return added
  }

  /** Creates or replaces topics as an administrator asked; resolves when topics.json and all listeners have them. */
  async put(configs: readonly TopicConfig[]): Promise<void> {
    const saved = this.#table.change(configs.map((config) => [config.topicName, config]))
    await Promise.all([saved, ...this.#tell(configs)])
  }

  /** Marks topics as ordered because nameservers hold an order configuration of them. Apache: TopicConfigManager.updateOrderTopicConfig. */
  async markOrdered(names: Iterable<string>): Promise<void> {
    const changed = [...names].flatMap((name) => {
      const config = this.get(name)
      return config && !config.order ? [{ ...config, order: true }] : []
    })
    if (changed.length > 0) await this.put(changed)
  }

  /** False when there is no such topic. */
  async delete(topics: readonly string[]): Promise<boolean> {
    const present = topics.filter((topic) => this.has(topic))
    if (present.length === 0) return false
    const saved = this.#table.change(present.map((topic) => [topic, undefined]))
    this.#logger.info({ topics: present }, 'topics deleted')
    await Promise.all([saved, ...this.#tell(undefined)])
    return true
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#table.close()
  }

  /**
   * With auto-creation off the template must not even be visible, or clients would find a route through it and fail
   * later with a less helpful error.
   */
  #followAutoCreate(): void {
    const { current } = this.#config
    const present = this.has(SystemTopic.AUTO_CREATE)
    if (present === current.autoCreateTopics) return
    if (present) this.#table.drop(SystemTopic.AUTO_CREATE)
    else this.#table.fill([[SystemTopic.AUTO_CREATE, autoCreateTemplate(current)]])
    this.#table
      .touch()
      .catch((error) => this.#logger.error({ reason: messageOf(error) }, 'topics.json was not saved'))
    this.#tell(undefined)
  }

  #tell(changed: readonly TopicConfig[] | undefined): unknown[] {
    return this.#listeners.map((listener) => listener(changed))
  }
}
