import type { Client } from '@rocketeer/client'
import { isRocketeerError, nearestName } from '@rocketeer/foundation'
import { CommandFailed } from './failure.js'

/** Adds the name the user probably meant to an error about an unknown topic or broker; returns other errors unchanged. */
export async function withSuggestion(client: Client, error: unknown): Promise<unknown> {
  const admin = client.admin()
  if (isRocketeerError(error, 'NO_ROUTE')) {
    const { topic, nearest, exists, asked } = error.details
    if (exists) return error
    const names = await admin.topics.list({ system: /^[%A-Z]/.test(topic) }).catch((): string[] => [])
    // Without a list of topics the answer of every nameserver is of interest.
    if (names.length === 0 || names.includes(topic)) return error
    const meant = nearest ?? nearestName(topic, names)
    const text =
      meant === undefined
        ? `there is no topic "${topic}" (asked ${asked.map(({ address }) => address).join(', ')}); "rocketeer topic list" shows all topics, "rocketeer topic create ${topic}" creates it.`
        : `there is no topic "${topic}". Did you mean "${meant}"? If not, create it with \`rocketeer topic create ${topic}\`.`
    return new CommandFailed(text, error)
  }
  if (isRocketeerError(error, 'GROUP_UNKNOWN')) {
    const { group } = error.details
    const names = (await admin.groups.list({ system: true }).catch(() => [])).map(
      ({ groupName }) => groupName,
    )
    const text = `there is no consumer group "${group}"; "rocketeer group list" shows all groups.`
    return new CommandFailed(text + didYouMean(group, names), error)
  }
  if (isRocketeerError(error, 'BROKER_UNKNOWN')) {
    const { brokerName } = error.details
    const names = async () => (await admin.brokers.list()).map((broker) => broker.brokerName)
    return suggesting(error, brokerName, names)
  }
  if (isRocketeerError(error, 'TOPIC_NOT_ON_BROKER')) {
    const { brokerName, brokerNames } = error.details
    return suggesting(error, brokerName, async () => brokerNames)
  }
  return error
}

/** ` Did you mean "…"?`, with its leading space, or the empty string. */
export function didYouMean(wrong: string, known: readonly string[]): string {
  const nearest = nearestName(wrong, known)
  return nearest === undefined || nearest === wrong ? '' : ` Did you mean "${nearest}"?`
}

async function suggesting(error: Error, wrong: string, known: () => Promise<string[]>): Promise<unknown> {
  // If the known names cannot be fetched either, show the first error.
  const text = didYouMean(wrong, await known().catch(() => []))
  return text === ''
    ? error
    : new CommandFailed(error.message.trimEnd().replace(/[^.]$/, '$&.') + text, error)
}
