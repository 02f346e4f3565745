import { type ConnectionInfo, languageName } from '@rocketeer/protocol'
import type { RegisteredClient } from '../clients/registered-client.js'

/** A client as mqadmin lists it. */
export function connectionInfo({
  clientId,
  connection,
  language,
  version,
}: RegisteredClient): ConnectionInfo {
  return { clientId, clientAddr: connection.remoteAddress, language: languageName(language), version }
}
