import { isRocketeerError, messageOf } from '@rocketeer/foundation'
import type { Problem, ProblemSource } from './problems.js'

/** Kinds that this process has been warned of. */
const warned = new Set<string>()

/** Users choose the classes of what they throw, so the number of kinds has a bound. */
const KINDS_MAX = 100

const HOW_TO_LISTEN =
  'Nobody listens for problems, so this is the only warning of this kind. To hear of every one: ' +
  `client.on('problem', (error, source) => …), or the same on the consumer or producer.`

/**
 * Warns the process (`process.emitWarning`) of a problem for which nobody listens: once for each error code, and for
 * other errors once for each class.
 */
export function warnOfUnheard({ error, source }: Problem): void {
  const kind = kindOf(error)
  if (warned.has(kind) || warned.size >= KINDS_MAX) return
  warned.add(kind)
  const code = isRocketeerError(error) ? error.code : undefined
  // What a handler threw is found by its stack; our own messages say enough.
  const stack = code === undefined && error instanceof Error ? `${error.stack}\n` : ''
  process.emitWarning(`${sourceText(source)} has a problem: ${messageOf(error)}`, {
    type: 'RocketeerWarning',
    ...(code !== undefined && { code }),
    detail: stack + HOW_TO_LISTEN,
  })
}

function kindOf(error: unknown): string {
  if (isRocketeerError(error)) return error.code
  return error instanceof Error ? error.constructor.name : typeof error
}

function sourceText({ part, group, topic, brokerName, queueId }: ProblemSource): string {
  const place = [
    group !== undefined && `group "${group}"`,
    topic !== undefined && `topic "${topic}"`,
    brokerName !== undefined && `broker "${brokerName}"`,
    queueId !== undefined && `queue ${queueId}`,
  ].filter((text) => text !== false)
  return `the ${part ?? 'client'}${place.length > 0 ? ` (${place.join(', ')})` : ''}`
}
