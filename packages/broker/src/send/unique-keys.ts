import type { Clock } from '@rocketeer/foundation'
import { clientMessageIds } from '@rocketeer/protocol'
import type { EncodedHost } from '@rocketeer/protocol/record'

/** Tools look messages up by their unique key, so one is made for producers that gave none. */
export class UniqueKeys {
  readonly #needs: { clock: Clock; storeHost: () => EncodedHost }
  #make: (() => string) | undefined

  constructor(needs: { clock: Clock; storeHost: () => EncodedHost }) {
    this.#needs = needs
  }

  next(): string {
    if (this.#make === undefined) {
      const { clock, storeHost } = this.#needs
      const host = storeHost()
      const address = host.subarray(0, host.length - 4)
      this.#make = clientMessageIds({ clock, address, processId: process.pid })
    }
    return this.#make()
  }
}
