/** What pieces are given besides options; a wrong one would fail later, with a text that says nothing of the cause. */
import type { Client } from '@rocketeer/client'
import { optionErrors } from '@rocketeer/foundation'

const CLIENT = 'a client is needed, as connect(…) makes it'

/**
 * The client that a piece was given. Throws `OPTION_INVALID` when it is something else, such as a producer or the options
 * themselves: "client.admin is not a function" would not say whose fault it is.
 */
export function givenClient(client: Client, piece: string): Client {
  if (has(client, ['consumer', 'producer'])) return client
  throw optionErrors.OPTION_INVALID({ subject: piece, problems: [`${CLIENT}, not ${named(client)}`] })
}

/** The clients of both clusters that a piece was given. Throws `OPTION_INVALID`. */
export function givenClients(clients: { readonly from: Client; readonly to: Client }, piece: string): void {
  const problems = (['from', 'to'] as const).flatMap((side) => {
    const client = clients?.[side]
    return has(client, ['consumer', 'producer']) ? [] : [`"${side}": ${CLIENT}, not ${named(client)}`]
  })
  if (problems.length > 0) throw optionErrors.OPTION_INVALID({ subject: piece, problems })
}

/** A function that a piece was given. Throws `OPTION_INVALID`. */
export function givenFunction<Given>(work: Given, piece: string, what: string): Given {
  if (typeof work === 'function') return work
  throw optionErrors.OPTION_INVALID({
    subject: piece,
    problems: [`${what} is needed, a function, not ${named(work)}`],
  })
}

/** A connection to Redis that a piece was given. Throws `OPTION_INVALID`. */
export function givenRedis<Given>(redis: Given, piece: string): Given {
  if (has(redis, ['sendCommand']) || has(redis, ['call'])) return redis
  const problem = `a connected client of "redis" or "ioredis" is needed, not ${named(redis)}`
  throw optionErrors.OPTION_INVALID({ subject: piece, problems: [problem] })
}

function has(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false
  return methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function')
}

/** `a Producer`, `an object`, `undefined` */
function named(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (value instanceof Promise) return 'a promise: await it'
  if (typeof value !== 'object') return `a ${typeof value}`
  const { name } = value.constructor ?? {}
  return name === undefined || name === 'Object' ? 'an object' : `an object of the class ${name}`
}
