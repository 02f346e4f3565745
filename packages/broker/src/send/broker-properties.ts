import { decodeProperties, encodeProperties, joinProperties, PropertyName } from '@rocketeer/protocol/record'
import type { LiveConfig } from '../options/live-config.js'
import type { BrokerConfig } from '../options/options.js'
import { BROKER_PROPERTIES, type ScannedProperties, TIMER_PROPERTIES } from './scan-properties.js'

/**
 * What the broker adds to the properties of every message: cluster, region and trace switch.
 * Apache: SendMessageProcessor.sendMessage, buildMsgContext.
 */
export class BrokerProperties {
  #suffix: string

  constructor(config: LiveConfig) {
    this.#suffix = suffixOf(config.current)
    config.onUpdate((current) => {
      this.#suffix = suffixOf(current)
    })
  }

  /** `madeKey`: the unique key of a message that came without one. */
  complete(properties: string, found: ScannedProperties, madeKey: string | undefined): string {
    const own = found.forged || (found.timed && found.delayLevel > 0) ? withoutForged(properties) : properties
    const key = madeKey === undefined ? '' : encodeProperties({ [PropertyName.UNIQUE_KEY]: madeKey })
    return joinProperties(own, key + this.#suffix)
  }
}

function suffixOf({ regionId, traceMessages, clusterName }: BrokerConfig): string {
  return encodeProperties({
    [PropertyName.MESSAGE_REGION]: regionId,
    [PropertyName.TRACE_SWITCH]: String(traceMessages),
    [PropertyName.CLUSTER]: clusterName,
  })
}

/**
 * Without the properties that only the broker may set, and without a delivery time, which a delay level overrides.
 * Apache: HookUtils.checkIfTimerMessage.
 */
function withoutForged(properties: string): string {
  const kept = decodeProperties(properties)
  for (const name of Object.keys(kept)) {
    if (BROKER_PROPERTIES.has(name) || TIMER_PROPERTIES.has(name)) delete kept[name]
  }
  return encodeProperties(kept)
}
