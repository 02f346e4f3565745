import { isRocketeerError } from '@rocketeer/foundation'
import { expect, it } from 'vitest'
import { doors, entries } from './calls-with-options.js'
import { nothing } from './stand-ins.js'

/** Without options; what they are given instead is checked in other tests. */
const WITHOUT_OPTIONS = new Set([
  ...['changeRelay.appliedChangesTable', 'changeRelay.filePositions', 'changeRelay.readChange'],
  ...['changeRelay.relayPositionsTable', 'circuitBreaker.isOutage', 'deadLetters.countDeadLetters'],
  ...['deadLetters.deadLetterTopicOf', 'deadLetters.decisionTopicOf', 'deadLetters.decisionsOf'],
  ...['backlog.restoreDiscarded', 'health.sqlProbe', 'idempotency.businessCheck', 'migration.rolledBack'],
  ...['deadLetters.memoryOutcomes', 'sql.isConflict', 'sql.isConnectionLost', 'sql.isDuplicateKey'],
  ...['sql.mysql2Database', 'sql.pgDatabase', 'sql.typeormDatabase'],
])

/** What a value of that kind is not. */
function nonsenseFor(name: string, value: unknown, zero: readonly string[]): unknown[] {
  switch (typeof value) {
    case 'number': {
      const wrong = [Number.NaN, -1, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, '5', {}, 2 ** 70]
      return zero.includes(name) ? wrong : [...wrong, 0]
    }
    case 'string':
      return [5, {}, true, ['t']]
    case 'boolean':
      return ['yes', 1, {}]
    case 'function':
      return ['yes', 5, {}]
    default:
      return [5, 'x', true, nothing]
  }
}

/** What the call threw or rejected with. */
async function failureOf(call: () => unknown): Promise<unknown> {
  try {
    const made = await call()
    await (made as { close?(): Promise<void> } | undefined)?.close?.()
    return 'it was taken'
  } catch (error) {
    return error
  }
}

it('covers whatever a door exports', () => {
  const functions = Object.entries(doors).flatMap(([door, members]) =>
    Object.entries(members).flatMap(([name, value]) =>
      typeof value === 'function' ? `${door}.${name}` : [],
    ),
  )
  expect(functions.filter((name) => !(name in entries) && !WITHOUT_OPTIONS.has(name))).toEqual([])
})

it.each(Object.entries(entries))(
  '%s refuses options that make no sense, each by its name',
  async (_, entry) => {
    const taken: string[] = []
    const look = async (name: string, options: unknown, pattern = name) => {
      const error = await failureOf(() => entry.call(options as never))
      const isRefused = isRocketeerError(error, 'OPTION_INVALID') && error.message.includes(pattern)
      if (!isRefused) taken.push(`${name}: ${error}`)
    }
    for (const [name, value] of Object.entries(entry.valid))
      for (const nonsense of nonsenseFor(name, value, entry.zero ?? []))
        if (name !== entry.text || typeof nonsense !== 'string')
          await look(`${name} = ${String(nonsense)}`, { ...entry.valid, [name]: nonsense }, `"${name}`)
    if (entry.passesOn) return expect(taken).toEqual([])
    await look('an unknown name', { ...entry.valid, noSuchOption: 1 }, 'noSuchOption')
    for (const nonsense of [5, 'x', nothing]) await look(`all = ${String(nonsense)}`, nonsense, '')
    expect(taken).toEqual([])
  },
)
