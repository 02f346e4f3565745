import type { ConsumeQueue, EntryView } from './consume-queue.js'
import { ENTRY_BYTES } from './entry.js'

/** Entries read at once: a consumer far behind comes back for the following ones. 20 KiB. */
const WINDOW_ENTRIES = 1024
/** 2.5 MiB; who reads more queues than this from disk at the same time waits for the disk more often. */
const WINDOWS_MAX = 128

interface Window extends EntryView {
  /** Queue offset of the first entry in `buffer`. */
  start: number
}

/** The entries last read from the files of the queues that are read from disk, the longest unused forgotten first. */
export class ColdEntries {
  readonly #windows = new Map<ConsumeQueue, Window>()
  /** How often all was forgotten: what was being read then is not kept. */
  #cuts = 0

  /** Entries from `offset` on when they were read before; perhaps fewer than are wanted, but at least one. */
  known(queue: ConsumeQueue, offset: number): EntryView | undefined {
    const window = this.#windows.get(queue)
    if (!window || offset < window.start || offset >= window.start + window.count) return undefined
    const skipped = offset - window.start
    return {
      buffer: window.buffer,
      position: window.position + skipped * ENTRY_BYTES,
      count: window.count - skipped,
      fromFiles: window.fromFiles,
    }
  }

  async read(queue: ConsumeQueue, offset: number): Promise<EntryView> {
    const cuts = this.#cuts
    const view = await queue.fromFiles(offset, WINDOW_ENTRIES)
    if (cuts !== this.#cuts) return view
    this.#windows.delete(queue)
    if (this.#windows.size >= WINDOWS_MAX) this.#windows.delete(this.#windows.keys().next().value!)
    if (view.count > 0) this.#windows.set(queue, { start: offset, ...view })
    return view
  }

  /** Forgets everything: queues were cut. */
  forget(): void {
    this.#cuts++
    this.#windows.clear()
  }
}
