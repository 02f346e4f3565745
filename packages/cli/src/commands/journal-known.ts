import { readdirSync, statSync } from 'node:fs'
import { UsageError } from '../failure.js'

/** What lies in the directory of a journal; one that is closed and has nothing to deliver is empty. */
const NAMES = /\.(messages|outcomes)$|^(lock|damaged|dropped\.jsonl)$/

/**
 * Throws `UsageError` for what is no directory, for none is made by looking at it, and for one of something else, which would
 * look like a journal in which nothing waits.
 */
export function checkJournal(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isDirectory())
    throw new UsageError(
      `${found === undefined ? `there is no directory "${path}"` : `"${path}" is no directory`}: name that of a producer's journal`,
    )
  const names = readdirSync(path)
  if (names.length > 0 && !names.some((name) => NAMES.test(name)))
    throw new UsageError(`"${path}" holds no journal: name the directory of a producer's journal`)
}
