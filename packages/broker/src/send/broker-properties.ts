import { decodeProperties, encodeProperties, PropertyName } from '@rocketeer/protocol/record'
import type { LiveConfig } from '../options/live-config.js'
import { BROKER_PROPERTIES, type ScannedProperties, TIMER_PROPERTIES } from './scan-properties.js'

const END_MARK = '\u0002'

/** Adds what the broker puts into the properties of every message. */
export interface BrokerProperties {
  /** `madeKey`: the unique key of a message that came without one. */
  complete(properties: string, found: ScannedProperties, madeKey: string | undefined): string
  /** The text to put behind the properties of a message that has none of the broker's. */
  readonly suffix: string
}

/** Cluster, region and trace switch. Apache: SendMessageProcessor.sendMessage, buildMsgContext. */
export function withBrokerProperties(config: LiveConfig): BrokerProperties {
  let suffix = suffixOf(config)
  config.onUpdate(() => {
    suffix = suffixOf(config)
  })
  return {
    get suffix() {
      return suffix
    },
    complete(properties, found, madeKey) {
      const own =
        found.forged || (found.timed && found.delayLevel > 0) ? withoutForged(properties) : properties
      const key = madeKey === undefined ? '' : encodeProperties({ [PropertyName.UNIQUE_KEY]: madeKey })
      return joinProperties(own, key + suffix)
    },
  }
}

/** Producers may leave out the mark behind the last property. */
export function joinProperties(first: string, second: string): string {
  if (first === '' || first.endsWith(END_MARK)) return first + second
  return first + END_MARK + second
}

function suffixOf({ current }: LiveConfig): string {
  return encodeProperties({
    [PropertyName.MESSAGE_REGION]: current.regionId,
    [PropertyName.TRACE_SWITCH]: String(current.traceMessages),
    [PropertyName.CLUSTER]: current.clusterName,
  })
}

/** A delay level goes before a delivery time. Apache: HookUtils.checkIfTimerMessage. */
function withoutForged(properties: string): string {
  const kept = decodeProperties(properties)
  for (const name of Object.keys(kept)) {
    if (BROKER_PROPERTIES.has(name) || TIMER_PROPERTIES.has(name)) delete kept[name]
  }
  return encodeProperties(kept)
}
