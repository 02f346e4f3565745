import { PropertyName } from '@rocketeer/protocol/record'

const VALUE_MARK = '\u0001'
const END_MARK = '\u0002'

/** What the broker looks at in a message's properties. */
export interface ScannedProperties {
  tags: string | undefined
  keys: string | undefined
  uniqueKey: string | undefined
  /** 0 when the message is not delayed by level. */
  delayLevel: number
  transactionPrepared: boolean
  /** A delivery time other than a delay level is asked for. */
  timed: boolean
  /** A property is there that only the broker may set. */
  forged: boolean
  /** -1 when there is none. */
  priority: number
}

/**
 * One pass over the properties text, for the hot path of sending: most messages have two to four properties, and a map
 * of them would cost more than everything else the broker does with the message.
 */
export function scanProperties(encoded: string): ScannedProperties {
  return new Scan(encoded)
}

class Scan implements ScannedProperties {
  tags: string | undefined = undefined
  keys: string | undefined = undefined
  uniqueKey: string | undefined = undefined
  delayLevel = 0
  transactionPrepared = false
  timed = false
  forged = false
  priority = -1
  readonly #encoded: string

  constructor(encoded: string) {
    this.#encoded = encoded
    for (let start = 0; start < encoded.length; ) {
      let end = encoded.indexOf(END_MARK, start)
      if (end < 0) end = encoded.length
      const mark = encoded.indexOf(VALUE_MARK, start)
      if (mark > start && mark < end) this.#take(start, mark, end)
      start = end + 1
    }
  }

  #take(start: number, mark: number, end: number): void {
    const encoded = this.#encoded
    // The first letter rules nearly every other name out before a string is made of it.
    switch (encoded.charCodeAt(start)) {
      case 0x54: // T
        this.#takeT(encoded.slice(start, mark), encoded.slice(mark + 1, end))
        break
      case 0x4b: // K
        if (encoded.startsWith('KEYS', start) && mark - start === 4) this.keys = encoded.slice(mark + 1, end)
        break
      case 0x55: // U
        if (encoded.startsWith('UNIQ_KEY', start) && mark - start === 8)
          this.uniqueKey = encoded.slice(mark + 1, end)
        break
      case 0x44: // D
        if (encoded.startsWith('DELAY', start) && mark - start === 5)
          this.delayLevel = levelOf(encoded.slice(mark + 1, end))
        break
      case 0x43: // C
      case 0x4d: // M
      case 0x50: // P
        if (BROKER_PROPERTIES.has(encoded.slice(start, mark))) this.forged = true
        break
      case 0x5f: // _
        if (encoded.slice(start, mark) === PropertyName.PRIORITY)
          this.priority = priorityOf(encoded.slice(mark + 1, end))
        break
    }
  }

  #takeT(name: string, value: string): void {
    if (name === 'TAGS') this.tags = value
    else if (name === 'TRAN_MSG') this.transactionPrepared = value.toLowerCase() === 'true'
    else if (TIMER_PROPERTIES.has(name)) this.timed = true
    else if (BROKER_PROPERTIES.has(name)) this.forged = true
  }
}

/** Set by the broker on every message (the last one on messages popped), so a client's value must not stay. */
export const BROKER_PROPERTIES: ReadonlySet<string> = new Set(['CLUSTER', 'MSG_REGION', 'TRACE_ON', 'POP_CK'])

/** Apache: MessageConst.PROPERTY_TIMER_DELIVER_MS, PROPERTY_TIMER_DELAY_SEC, PROPERTY_TIMER_DELAY_MS. */
export const TIMER_PROPERTIES: ReadonlySet<string> = new Set([
  'TIMER_DELIVER_MS',
  'TIMER_DELAY_SEC',
  'TIMER_DELAY_MS',
])

/** Apache: Message.getPriority, which takes what is no 32-bit number for none. */
function priorityOf(value: string): number {
  if (!/^\+?\d{1,12}$/.test(value)) return -1
  const priority = Number(value)
  return priority <= 0x7fffffff ? priority : -1
}

/** Anything but a positive whole number means no delay. */
function levelOf(value: string): number {
  return /^\d{1,9}$/.test(value) ? Number(value) : 0
}
