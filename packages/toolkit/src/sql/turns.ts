import { AsyncLocalStorage } from 'node:async_hooks'
import { toolkitErrors } from '../errors.js'

/** The end of the last transaction that waits for each connection, whichever adapter it came through. */
const turns = new WeakMap<object, Promise<unknown>>()
const inside = new AsyncLocalStorage<object>()

/**
 * Runs transactions on one connection one after the other. A connection has one transaction at a time, so a second one
 * begun inside the first would wait for itself: it rejects with `TRANSACTION_NESTED` instead.
 */
export function inTurn<Result>(connection: object, task: () => Promise<Result>): Promise<Result> {
  if (inside.getStore() === connection) return Promise.reject(toolkitErrors.TRANSACTION_NESTED({}))
  const run = () => inside.run(connection, task)
  const result = (turns.get(connection) ?? Promise.resolve()).then(run)
  turns.set(
    connection,
    result.catch(() => {}),
  )
  return result
}
