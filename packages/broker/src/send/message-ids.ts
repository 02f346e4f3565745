import type { EncodedHost } from '@rocketeer/protocol/record'

/** Makes offset message ids; all of them begin with the same address. Apache: MessageDecoder.createMessageId. */
export class MessageIds {
  #host: EncodedHost | undefined
  #prefix = ''

  of(storeHost: EncodedHost, physicalOffset: number): string {
    if (storeHost !== this.#host) {
      this.#host = storeHost
      this.#prefix = storeHost.toString('hex').toUpperCase()
    }
    return this.#prefix + physicalOffset.toString(16).toUpperCase().padStart(16, '0')
  }
}
