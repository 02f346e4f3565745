import { encodeProducerTableInfo, type getAllProducerInfo, languageName } from '@rocketeer/protocol'
import type { HandlerOf } from '@rocketeer/remoting'
import type { ProducerRegistry } from '../clients/producer-registry.js'
import type { RegisteredClient } from '../clients/registered-client.js'

/** Every connected producer by group. Apache: ProducerManager.getProducerTable. */
export function getAllProducerInfoHandler({
  producers,
}: {
  producers: ProducerRegistry
}): HandlerOf<typeof getAllProducerInfo> {
  return () => {
    const data = new Map(producers.groupNames().map((group) => [group, producers.members(group).map(infoOf)]))
    return { body: encodeProducerTableInfo({ data }) }
  }
}

function infoOf({ clientId, connection, language, version, lastHeartbeatAt }: RegisteredClient) {
  return {
    clientId,
    remoteIP: connection.remoteAddress,
    language: languageName(language),
    version,
    lastUpdateTimestamp: lastHeartbeatAt,
  }
}
