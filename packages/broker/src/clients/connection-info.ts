import { languageName } from '@rocketeer/protocol'
import type { ConnectionInfo } from '@rocketeer/protocol/commands'
import type { RegisteredClient } from './registered-client.js'

/** A client as mqadmin lists it. */
export function connectionInfo({
  clientId,
  connection,
  language,
  version,
}: RegisteredClient): ConnectionInfo {
  return { clientId, clientAddr: connection.remoteAddress, language: languageName(language), version }
}

/** A producer as mqadmin lists it among all producers. */
export function producerInfo({ clientId, connection, language, version, lastHeartbeatAt }: RegisteredClient) {
  return {
    clientId,
    remoteIP: connection.remoteAddress,
    language: languageName(language),
    version,
    lastUpdateTimestamp: lastHeartbeatAt,
  }
}
