import { SimulatedData } from './simulated-data.js'

export type SimulatedNode = SimulatedDirectory | SimulatedData

/** One step in a directory: a name goes, a name comes, or both at once (a rename). */
interface Change {
  readonly removed?: string
  readonly added?: readonly [name: string, node: SimulatedNode]
}

/** The names in one directory: those that programs see, and those that are left when the power goes. */
export class SimulatedDirectory {
  #entries = new Map<string, SimulatedNode>()
  #durable = new Map<string, SimulatedNode>()
  #unsynced: Change[] = []

  get entries(): ReadonlyMap<string, SimulatedNode> {
    return this.#entries
  }

  change(change: Change): void {
    apply(change, this.#entries)
    this.#unsynced.push(change)
  }

  sync(): void {
    this.#durable = new Map(this.#entries)
    this.#unsynced = []
  }

  /** Leaves the names that were synced, and of the changes since then those for which `survives` returns true. */
  losePower(survives: () => boolean): void {
    for (const change of this.#unsynced) if (survives()) apply(change, this.#durable)
    this.#entries = new Map(this.#durable)
    this.#unsynced = []
    for (const node of new Set(this.#entries.values())) node.losePower(survives)
  }

  /** Makes everything below durable, file contents included. */
  syncAll(): void {
    this.sync()
    for (const node of this.#entries.values()) {
      if (node instanceof SimulatedData) node.sync()
      else node.syncAll()
    }
  }
}

function apply({ removed, added }: Change, entries: Map<string, SimulatedNode>): void {
  if (removed !== undefined) entries.delete(removed)
  if (added !== undefined) entries.set(...added)
}
