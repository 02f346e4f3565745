import { getKvConfig, HeartbeatData, heartBeat, noKvConfig } from '@rocketeer/protocol/commands'
import type { Probe } from '@rocketeer/remoting'

/**
 * Asks nameservers for a key that they do not have, and brokers to note a heartbeat without groups. Every version answers
 * these at once; a code of our own would be left unanswered by older ones.
 */
export function probeOf(nameservers: readonly string[], clientId: string): Probe {
  const body = HeartbeatData.encode({
    clientID: clientId,
    producerDataSet: [],
    consumerDataSet: [],
    heartbeatFingerprint: 0,
    withoutSub: false,
  })
  return (connection, address, options) =>
    nameservers.includes(address)
      ? connection.request(getKvConfig, noKvConfig, undefined, options)
      : connection.request(heartBeat, {}, body, options)
}
