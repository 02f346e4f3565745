/** Disks write whole pages: of an interrupted write each page is there or not. */
const PAGE_BYTES = 4096

/** The bytes of one file: those that programs see, and those that are left when the power goes. */
export class SimulatedData {
  bytes = 0
  #pages = new Map<number, Buffer>()
  #durableBytes = 0
  #durablePages = new Map<number, Buffer>()
  /** Pages that differ from the durable ones. */
  readonly #dirty = new Set<number>()

  get allocatedBytes(): number {
    return this.#pages.size * PAGE_BYTES
  }

  write(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      const at = (position + done) % PAGE_BYTES
      const part = bytes.subarray(done, done + PAGE_BYTES - at)
      this.#own(Math.floor((position + done) / PAGE_BYTES)).set(part, at)
      done += part.length
    }
    this.bytes = Math.max(this.bytes, position + bytes.length)
  }

  /** Returns the number of bytes read: fewer than `target` has room for only at the end. */
  read(target: Uint8Array, position: number): number {
    const length = Math.max(0, Math.min(target.length, this.bytes - position))
    for (let done = 0; done < length; ) {
      const at = (position + done) % PAGE_BYTES
      const part = target.subarray(done, Math.min(length, done + PAGE_BYTES - at))
      const page = this.#pages.get(Math.floor((position + done) / PAGE_BYTES))
      if (page) part.set(page.subarray(at, at + part.length))
      else part.fill(0)
      done += part.length
    }
    return length
  }

  truncate(bytes: number): void {
    const last = Math.floor(bytes / PAGE_BYTES)
    for (const page of [...this.#pages.keys()]) {
      if (page < last) continue
      if (page === last && bytes % PAGE_BYTES > 0) this.#own(page).fill(0, bytes % PAGE_BYTES)
      else {
        this.#pages.delete(page)
        this.#dirty.add(page)
      }
    }
    this.bytes = bytes
  }

  sync(): void {
    for (const page of this.#dirty) this.#keep(page)
    this.#dirty.clear()
    this.#durableBytes = this.bytes
  }

  /** Leaves what was synced, and of the rest each page for which `survives` returns true. */
  losePower(survives: () => boolean): void {
    for (const page of this.#dirty) if (survives()) this.#keep(page)
    this.#dirty.clear()
    if (survives()) this.#durableBytes = this.bytes
    this.#pages = new Map(this.#durablePages)
    this.bytes = this.#durableBytes
    this.truncate(this.bytes)
    this.sync()
  }

  #keep(page: number): void {
    const content = this.#pages.get(page)
    if (content) this.#durablePages.set(page, content)
    else this.#durablePages.delete(page)
  }

  /** A page that may be changed without changing the durable one. */
  #own(page: number): Buffer {
    const present = this.#pages.get(page)
    if (present && this.#dirty.has(page)) return present
    const own = present ? Buffer.from(present) : Buffer.alloc(PAGE_BYTES)
    this.#pages.set(page, own)
    this.#dirty.add(page)
    return own
  }
}
