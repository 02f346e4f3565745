import { DataVersion } from '@rocketeer/protocol/bodies'

/** Apache: BrokerConfig.splitMetadataSize. */
const PAGE_ENTRIES_MAX = 2000

export interface PageAsked {
  /** Index of the first entry. */
  readonly from: number | undefined
  readonly entriesMax: number | undefined
  /** The version the pages before had. */
  readonly version: string | undefined
}

/**
 * A page of a table in the order of its names, begun anew when the table changed since the page before; the whole table
 * for peers that ask for no page. Apache: TopicConfigManager.subTopicConfigTable.
 */
export function pageOf<Config>(
  configs: ReadonlyMap<string, Config>,
  version: DataVersion,
  { from, entriesMax, version: asked }: PageAsked,
): Map<string, Config> {
  if (from === undefined && entriesMax === undefined && asked === undefined) return new Map(configs)
  const begin = asked !== undefined && sameVersion(asked, version) ? (from ?? 0) : 0
  const count = Math.max(0, Math.min(entriesMax ?? PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX))
  const names = [...configs.keys()].sort((a, b) => (a < b ? -1 : 1))
  return new Map(names.slice(begin, begin + count).map((name) => [name, configs.get(name)!]))
}

function sameVersion(asked: string, version: DataVersion): boolean {
  if (asked.trim() === '') return false
  const { stateVersion, timestamp, counter } = DataVersion.decode(Buffer.from(asked))
  return (
    stateVersion === version.stateVersion && timestamp === version.timestamp && counter === version.counter
  )
}
