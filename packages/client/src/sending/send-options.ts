import { nearestName, optionErrors } from '@rocketeer/foundation'
import { describe } from '../messages/field-checks.js'
import type { SendOptions } from './producer-options.js'

/** A timer of Node takes no more and would fire at once. */
const TIMEOUT_MS_MAX = 0x7fffffff

/** What is wrong with the value of each option of a send; undefined when nothing is. */
const PROBLEMS: ReadonlyMap<string, (value: unknown) => string | undefined> = new Map(
  Object.entries<(value: unknown) => string | undefined>({
    timeoutMs: (value) =>
      typeof value === 'number' && value > 0 && value <= TIMEOUT_MS_MAX
        ? undefined
        : `milliseconds from 1 to ${TIMEOUT_MS_MAX} are needed`,
    signal: (value) => (value instanceof AbortSignal ? undefined : 'an AbortSignal is needed'),
    queue: (value) =>
      typeof value === 'object' && value !== null ? undefined : '{ brokerName, queueId } is needed',
    selector: (value) => (typeof value === 'function' ? undefined : 'a function is needed'),
    orderKey: (value) => (typeof value === 'string' ? undefined : 'a string is needed'),
    checkImmunitySeconds: (value) =>
      Number.isSafeInteger(value) && (value as number) >= 0
        ? undefined
        : 'a whole number of seconds, 0 or more, is needed',
  }),
)

/** Checks what a send takes besides the message; costs nothing where nothing is given. Throws `OPTION_INVALID`. */
export function checkSendOptions(options: SendOptions): void {
  for (const name in options) {
    const value = options[name as keyof SendOptions]
    if (value === undefined) continue
    const problemOf = PROBLEMS.get(name)
    if (problemOf === undefined) throw invalid(aboutUnknown(name))
    const problem = problemOf(value)
    if (problem !== undefined) throw invalid(`"${name}" is ${describe(value)}; ${problem}`)
  }
  const { queue, selector, orderKey } = options
  if (Number(queue !== undefined) + Number(selector !== undefined) + Number(orderKey !== undefined) > 1)
    throw invalid('give one of "queue", "selector" and "orderKey"')
}

function aboutUnknown(name: string): string {
  const meant = nearestName(name, PROBLEMS.keys())
  return `unknown option "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}

function invalid(problem: string) {
  return optionErrors.OPTION_INVALID({ subject: 'send', problems: [problem] })
}
