import { DataVersion } from '@rocketeer/protocol/bodies'

/** Apache: BrokerConfig.splitMetadataSize. */
const PAGE_ENTRIES_MAX = 2000

export interface PageRequest {
  /** Index of the first entry. */
  readonly from: number | undefined
  readonly entriesMax: number | undefined
  /** The version of the table that came with the page before. */
  readonly version: string | undefined
}

/**
 * A page of a table in the order of its names: the first one again when the table has changed since the page before, and
 * the whole table for peers that ask for no page. Apache: TopicConfigManager.subTopicConfigTable.
 */
export function pageOf<Config>(
  configs: ReadonlyMap<string, Config>,
  version: DataVersion,
  { from, entriesMax, version: known }: PageRequest,
): Map<string, Config> {
  if (from === undefined && entriesMax === undefined && known === undefined) return new Map(configs)
  const begin = known !== undefined && sameVersion(known, version) ? (from ?? 0) : 0
  const count = Math.max(0, Math.min(entriesMax ?? PAGE_ENTRIES_MAX, PAGE_ENTRIES_MAX))
  const names = [...configs.keys()].sort((a, b) => (a < b ? -1 : 1))
  return new Map(names.slice(begin, begin + count).map((name) => [name, configs.get(name)!]))
}

function sameVersion(known: string, version: DataVersion): boolean {
  if (known.trim() === '') return false
  const { stateVersion, timestamp, counter } = DataVersion.decode(Buffer.from(known))
  return (
    stateVersion === version.stateVersion && timestamp === version.timestamp && counter === version.counter
  )
}
