import { join } from 'node:path'
import type { FileSystem } from '@rocketeer/files'
import { assert, type Clock, type Logger, messageOf } from '@rocketeer/foundation'
import { groupNameProblem, isSystemGroup } from '@rocketeer/protocol'
import type { DataVersion, SubscriptionGroupConfig } from '@rocketeer/protocol/bodies'
import { SubscriptionGroupWrapper } from '@rocketeer/protocol/commands'
import { readConfigFile } from './config-file.js'
import { ConfigTable } from './config-table.js'
import { subscriptionGroupConfig } from './group-config.js'

export interface SubscriptionGroupTableNeeds {
  /** The broker's root directory; the file is `config/subscriptionGroup.json` in it. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: { readonly current: { readonly autoCreateGroups: boolean } }
  readonly clock: Clock
  readonly logger: Logger
}

/** Groups every broker has. Apache: SubscriptionGroupManager.init. */
const SYSTEM_GROUPS = [
  'TOOLS_CONSUMER',
  'FILTERSRV_CONSUMER',
  'SELF_TEST_C_GROUP',
  'CID_ONS-HTTP-PROXY',
  'CID_ONSAPI_PULL',
  'CID_ONSAPI_PERMISSION',
  'CID_ONSAPI_OWNER',
  'CID_RMQ_SYS_TRANS',
]

/** The forbidden flag that keeps a group from reading a topic. Apache: PermName.INDEX_PERM_READ. */
export const READ_FLAG = 2

/** Bits of a Java int that keep it positive. */
const FORBIDDEN_FLAGS = 31

/** All consumer groups of this broker; their configurations are replaced, never changed in place. Apache: SubscriptionGroupManager. */
export class SubscriptionGroupTable {
  readonly #table: ConfigTable<SubscriptionGroupConfig>
  /** Group → topic → bits. */
  readonly #forbidden = new Map<string, Map<string, number>>()
  readonly #config: SubscriptionGroupTableNeeds['config']
  readonly #logger: Logger

  /** Throws `CONFIG_FILE_BROKEN` when neither subscriptionGroup.json nor its backup can be read. */
  static async open(needs: SubscriptionGroupTableNeeds): Promise<SubscriptionGroupTable> {
    const path = join(needs.directory, 'config', 'subscriptionGroup.json')
    const content = await readConfigFile({ ...needs, path, decode: SubscriptionGroupWrapper.decode })
    const table = new SubscriptionGroupTable(path, needs)
    if (content) {
      table.#table.fill(content.subscriptionGroupTable, content.dataVersion)
      for (const [group, topics] of content.forbiddenTable) table.#forbidden.set(group, topics)
    }
    return table
  }

  private constructor(path: string, needs: SubscriptionGroupTableNeeds) {
    this.#config = needs.config
    this.#logger = needs.logger
    this.#table = new ConfigTable({
      ...needs,
      path,
      encode: ({ version, configs }) =>
        SubscriptionGroupWrapper.encode({
          dataVersion: version,
          forbiddenTable: this.#forbidden,
          subscriptionGroupTable: configs,
        }),
    })
    this.#table.fill(SYSTEM_GROUPS.map((group) => [group, subscriptionGroupConfig(group)]))
  }

  get dataVersion(): DataVersion {
    return this.#table.version
  }

  /** Finds an existing group; `find` also creates. */
  get(group: string): SubscriptionGroupConfig | undefined {
    return this.#table.get(group)
  }

  all(): ReadonlyMap<string, SubscriptionGroupConfig> {
    return this.#table.configs
  }

  /**
   * The group's configuration. An unknown group is created with the defaults where that is allowed; a crash may undo that,
   * and then the group is created again. Apache: findSubscriptionGroupConfig.
   */
  find(group: string): SubscriptionGroupConfig | undefined {
    const present = this.#table.get(group)
    if (present) return present
    const allowed = this.#config.current.autoCreateGroups || isSystemGroup(group)
    if (!allowed || groupNameProblem(group) !== undefined) return undefined
    const created = subscriptionGroupConfig(group)
    this.#logger.info({ group }, 'subscription group created')
    this.#table
      .change([[group, created]])
      .catch((error) =>
        this.#logger.error({ reason: messageOf(error), group }, 'a new subscription group was not saved'),
      )
    return created
  }

  /** Creates or replaces groups as an administrator asked; resolves when the file has them. */
  put(configs: readonly SubscriptionGroupConfig[]): Promise<void> {
    return this.#table.change(configs.map((config) => [config.groupName, config]))
  }

  /** False when there is no such group. */
  async delete(group: string): Promise<boolean> {
    if (!this.#table.get(group)) return false
    this.#forbidden.delete(group)
    this.#logger.info({ group }, 'subscription group deleted')
    await this.#table.change([[group, undefined]])
    return true
  }

  /** The bits of what a group may not do with a topic; 0 when nothing is forbidden. */
  forbidden(group: string, topic: string): number {
    return this.#forbidden.get(group)?.get(topic) ?? 0
  }

  isForbidden(group: string, topic: string, flag: number): boolean {
    return (this.forbidden(group, topic) & (1 << flag)) !== 0
  }

  /** Sets or clears flag 0 to 30. Apache: SubscriptionGroupManager.updateForbidden. */
  async setForbidden(
    { group, topic, flag }: { group: string; topic: string; flag: number },
    forbidden: boolean,
  ): Promise<void> {
    assert(flag >= 0 && flag < FORBIDDEN_FLAGS, `there is no forbidden flag ${flag}`)
    const before = this.forbidden(group, topic)
    const bits = forbidden ? before | (1 << flag) : before & ~(1 << flag)
    const topics = this.#forbidden.get(group) ?? new Map<string, number>()
    if (bits === 0) topics.delete(topic)
    else topics.set(topic, bits)
    if (topics.size === 0) this.#forbidden.delete(group)
    else this.#forbidden.set(group, topics)
    await this.#table.touch()
  }

  /** Waits for what is being written. */
  close(): Promise<void> {
    return this.#table.close()
  }

  /** Group → topic → bits. */
  forbiddenTable(): ReadonlyMap<string, Map<string, number>> {
    return this.#forbidden
  }
}
