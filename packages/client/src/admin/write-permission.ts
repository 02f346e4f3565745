import type { Command, FieldTable, FieldValues } from '@rocketeer/protocol'
import { addWritePermOfBroker, wipeWritePermOfBroker } from '@rocketeer/protocol/commands'
import type { NameserverAnswer } from '../errors.js'
import type { AdminNeeds } from './admin-needs.js'
import { masterNames } from './cluster.js'
import { changeNameservers } from './nameserver-change.js'

/** What came of a change that every nameserver has to hear of. */
export interface WritePermissionChange {
  /** How many topics the broker has, by the nameserver that knows most of them. */
  topics: number
  /** Nameservers that did not take it: clients that ask those go on as before. */
  missed: NameserverAnswer[]
}

/** No client is sent to the broker any more; reading goes on. Apache: mqadmin wipeWritePerm. */
export function drainBroker(needs: AdminNeeds, brokerName: string): Promise<WritePermissionChange> {
  return changeEverywhere(needs, brokerName, wipeWritePermOfBroker, ({ wipeTopicCount }) => wipeTopicCount)
}

/** Clients may send to the broker again. Apache: mqadmin addWritePerm. */
export function undrainBroker(needs: AdminNeeds, brokerName: string): Promise<WritePermissionChange> {
  return changeEverywhere(needs, brokerName, addWritePermOfBroker, ({ addTopicCount }) => addTopicCount)
}

/** Throws `BROKER_UNKNOWN`, or `NAMESERVERS_UNREACHABLE` when none took it. */
async function changeEverywhere<Q extends FieldTable, R extends FieldTable>(
  needs: AdminNeeds,
  brokerName: string,
  command: Command<Q, R>,
  countOf: (fields: FieldValues<R>) => number,
): Promise<WritePermissionChange> {
  await masterNames(needs, [brokerName])
  let topics = 0
  const fields = { brokerName } as unknown as FieldValues<Q>
  const missed = await changeNameservers(needs, command, fields, (answer) => {
    topics = Math.max(topics, countOf(answer))
  })
  await needs.routes.refreshAll()
  return { topics, missed }
}
