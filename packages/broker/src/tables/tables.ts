import type { FileSystem } from '@rocketeer/files'
import type { Clock, Logger, Resources } from '@rocketeer/foundation'
import type { LiveConfig } from '../options/live-config.js'
import { ConsumerOffsets } from './consumer-offsets.js'
import { SetAside } from './set-aside.js'
import { SubscriptionGroupTable } from './subscription-group-table.js'
import { TopicTable } from './topic-table.js'

export interface TablesNeeds {
  /** The broker's root directory; the files are in `config/` of it. */
  readonly directory: string
  readonly files: FileSystem
  readonly config: LiveConfig
  readonly clock: Clock
  readonly logger: Logger
}

/** What a broker knows besides the messages, each in a file of its own. */
export interface Tables {
  readonly topics: TopicTable
  readonly groups: SubscriptionGroupTable
  readonly offsets: ConsumerOffsets
  readonly setAside: SetAside
}

/** Throws `CONFIG_FILE_BROKEN`. */
export async function openTables(needs: TablesNeeds, resources: Resources): Promise<Tables> {
  return {
    topics: resources.use(await TopicTable.open(needs)),
    groups: resources.use(await SubscriptionGroupTable.open(needs)),
    offsets: resources.use(await ConsumerOffsets.open(needs)),
    setAside: resources.use(await SetAside.open(needs)),
  }
}
