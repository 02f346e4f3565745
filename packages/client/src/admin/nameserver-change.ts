import {
  type Command,
  type FieldTable,
  type FieldValues,
  ResponseCode,
  responseCodeName,
} from '@rocketeer/protocol'
import { clientErrors, type NameserverAnswer } from '../errors.js'
import type { AdminNeeds } from './cluster.js'

const CHANGED = 'changed it'

interface NameserverChange<Q extends FieldTable, R extends FieldTable> {
  command: Command<Q, R>
  fields: FieldValues<Q>
  /** Called with the answer of each nameserver that took the change. */
  onChanged?: (fields: FieldValues<R>) => void
}

/**
 * Nameservers share nothing: each is told. Returns those that did not take it; throws `NAMESERVERS_UNREACHABLE` when
 * none did.
 */
export async function changeNameservers<Q extends FieldTable, R extends FieldTable>(
  { nameservers }: AdminNeeds,
  { command, fields, onChanged }: NameserverChange<Q, R>,
): Promise<NameserverAnswer[]> {
  const asked = await nameservers.askEach(command, fields, (response) => {
    if (response.code !== ResponseCode.SUCCESS) return `answered ${responseCodeName(response.code)}`
    onChanged?.(response.fields)
    return CHANGED
  })
  const missed = asked.filter(({ answer }) => answer !== CHANGED)
  if (missed.length === asked.length) throw clientErrors.NAMESERVERS_UNREACHABLE({ asked })
  return missed
}
