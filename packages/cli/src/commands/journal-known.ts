import { statSync } from 'node:fs'
import { UsageError } from '../failure.js'

/** Throws `UsageError` for what is no directory: none is made by looking at it. */
export function checkJournal(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found?.isDirectory())
    throw new UsageError(
      `${found === undefined ? `there is no directory "${path}"` : `"${path}" is no directory`}: name that of a producer's journal`,
    )
}
