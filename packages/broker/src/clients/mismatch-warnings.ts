import type { Logger } from '@rocketeer/foundation'
import { languageName, versionName } from '@rocketeer/protocol'
import type { ConsumerGroup } from './consumer-group.js'
import { type ConsumptionDifference, differencesOf } from './consumption.js'
import type { RegisteredClient } from './registered-client.js'

/** Differences of one pair that a warning names. */
const DIFFERENCES_SHOWN_MAX = 5

/** The producer group every Java client has, whatever it is. Apache: MixAll.CLIENT_INNER_PRODUCER_GROUP. */
const INNER_PRODUCER_GROUP = 'CLIENT_INNER_PRODUCER'

/**
 * Warns about groups whose members do not belong together: once for each pair and difference, not at every heartbeat. The
 * pair is the oldest member and the first one that differs from it.
 */
export class MismatchWarnings {
  readonly #logger: Logger
  /** The last warning, by kind and group. */
  readonly #warned = new Map<string, string>()
  /** Client ids of twins that were warned about, by group. */
  readonly #twins = new Map<string, Set<string>>()

  constructor(needs: { logger: Logger }) {
    this.#logger = needs.logger
  }

  /** Called when a member joins or changes, but not when one leaves: most of these come back. */
  consumersChanged(group: ConsumerGroup): void {
    const [first, ...others] = group.members.values()
    if (first === undefined || others.length === 0) return
    for (const other of others) {
      const differences = differencesOf(group.name, first.consumption, other.consumption)
      if (differences.length === 0) continue
      const pair = inOrder(first, other)
      const shown = inOrderOf(pair, first, differences.slice(0, DIFFERENCES_SHOWN_MAX))
      this.#warn('consumer', group.name, pair, shown, consumersText(group.name, pair, shown))
      return
    }
    this.#matchAgain('consumer', group.name)
  }

  /** Any member of a producer group may be asked about the transactions of the others, so all should be alike. */
  producersChanged(group: string, members: Iterable<RegisteredClient>): void {
    if (group === INNER_PRODUCER_GROUP) return
    const [first, ...others] = members
    if (first === undefined || others.length === 0) return
    const other = others.find((each) => kindOf(each) !== kindOf(first))
    if (other === undefined) {
      this.#matchAgain('producer', group)
      return
    }
    const pair = inOrder(first, other)
    this.#warn('producer', group, pair, [], producersText(group, pair))
  }

  /** Called when two members of a group have sent heartbeats with one client id in turn. */
  twinsFound(group: string, twins: readonly [RegisteredClient, RegisteredClient]): void {
    const { clientId } = twins[0]
    const warned = this.#twins.get(group) ?? new Set()
    if (warned.has(clientId)) return
    this.#twins.set(group, warned.add(clientId))
    this.#logger.warn({ group, clientId, members: twins.map(factsOf) }, twinsText(group, twins))
  }

  groupGone(kind: 'consumer' | 'producer', group: string): void {
    this.#warned.delete(`${kind} ${group}`)
    if (kind === 'consumer') this.#twins.delete(group)
  }

  #warn(
    kind: 'consumer' | 'producer',
    group: string,
    pair: readonly RegisteredClient[],
    differences: readonly ConsumptionDifference[],
    text: string,
  ): void {
    // Addresses are left out: a member that reconnects has a new one.
    const warning = JSON.stringify([pair.map(({ clientId }) => clientId), pair.map(kindOf), differences])
    if (this.#warned.get(`${kind} ${group}`) === warning) return
    this.#warned.set(`${kind} ${group}`, warning)
    const members = pair.map(factsOf)
    this.#logger.warn({ group, members, ...(differences.length > 0 && { differences }) }, text)
  }

  #matchAgain(kind: 'consumer' | 'producer', group: string): void {
    if (this.#warned.delete(`${kind} ${group}`))
      this.#logger.info({ group }, `the members of the ${kind} group ${group} are alike again`)
  }
}

function factsOf({ clientId, connection, language, version }: RegisteredClient) {
  const { remoteAddress: address } = connection
  return { clientId, address, language: languageName(language), version: versionName(version) }
}

/** Language and major version of a client; minor versions differ during every rolling update. */
function kindOf({ language, version }: RegisteredClient): string {
  return `${languageName(language)} ${versionName(version).split('_', 1)[0]}`
}

function inOrder<Member extends RegisteredClient>(first: Member, other: Member): [Member, Member] {
  return first.clientId <= other.clientId ? [first, other] : [other, first]
}

function inOrderOf(
  [one]: readonly RegisteredClient[],
  first: RegisteredClient,
  differences: readonly ConsumptionDifference[],
): ConsumptionDifference[] {
  if (one === first) return [...differences]
  return differences.map(({ what, one, other }) => ({ what, one: other, other: one }))
}

function consumersText(
  group: string,
  [one, other]: readonly [RegisteredClient, RegisteredClient],
  differences: readonly ConsumptionDifference[],
): string {
  const listed = (side: 'one' | 'other') =>
    differences.map((difference) => `${difference.what} ${difference[side]}`).join(', ')
  return (
    `members of the consumer group ${group} consume differently, so messages will be missed: ${described(one)} has ` +
    `${listed('one')}; ${described(other)} has ${listed('other')}. Give all members the same, or groups of their own.`
  )
}

function twinsText(group: string, [one, other]: readonly [RegisteredClient, RegisteredClient]): string {
  return (
    `two members of the consumer group ${group} have the client id ${one.clientId}, so both read the same queues and every ` +
    `message is handled twice: ${described(one)} and ${described(other)}. Give each process a client id of its own.`
  )
}

function producersText(group: string, [one, other]: readonly [RegisteredClient, RegisteredClient]): string {
  return (
    `the producer group ${group} is used by different clients, each of which may be asked about transactions of the ` +
    `others: ${described(one)} and ${described(other)}. Give each application a group of its own.`
  )
}

function described({ clientId, connection, language, version }: RegisteredClient): string {
  return `${clientId} (${connection.remoteAddress}, ${languageName(language)} ${versionName(version)})`
}
