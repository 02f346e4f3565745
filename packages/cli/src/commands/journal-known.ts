import { existsSync } from 'node:fs'
import { UsageError } from '../failure.js'

/** Throws `UsageError` for what is no directory: none is made by looking at it. */
export function checkJournal(path: string): void {
  if (!existsSync(path))
    throw new UsageError(`there is no directory "${path}": name that of a producer's journal`)
}
